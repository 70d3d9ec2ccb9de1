// A scorecard by keyboard: one item open at a time, the next open one by one key. Without this
// file every row is a link to the page with that item open.
const $ = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const row = (code) => document.getElementById(`item-${code}`);
const questions = () => all("#sheet li.check .q").filter((link) => link.checkVisibility());
let wanted = null; // what to do once the row that is being fetched has arrived

// --- Opening and closing --------------------------------------------------------------------------
function mark(item, open) {
  item.classList.toggle("is-open", open);
  $(".q", item).setAttribute("aria-expanded", String(open));
}

function show(item, open) {
  for (const other of all("#sheet li.is-open")) if (other !== item) mark(other, false);
  mark(item, open);
  const address = new URL(location.href);
  if (open) address.searchParams.set("open", item.id.slice("item-".length));
  else address.searchParams.delete("open");
  address.hash = "";
  history.replaceState(history.state, "", address);
}

// Opens the row, fetching its form when it is not there yet, and then does `then`.
function open(item, then) {
  for (let fold = item.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if ($(".check-body", item)) {
    show(item, true);
    return void then?.(item);
  }
  wanted = { id: item.id, then };
  $(".q", item).click();
}

// A row that was opened before keeps its form, and what was typed into it.
document.addEventListener("click", (event) => {
  const jump = event.target.closest("[data-open]");
  const link = jump ? null : event.target.closest("#sheet .q");
  if (event.ctrlKey || event.metaKey || event.shiftKey || (!jump && !link)) return;
  const item = jump ? row(jump.dataset.open) : link.closest("li");
  if (!item || (link && !$(".check-body", item))) return;
  event.preventDefault();
  event.stopPropagation();
  if (jump) open(item, focusQuestion);
  else show(item, !item.classList.contains("is-open"));
}, true);

function focusQuestion(item) {
  $(".q", item)?.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:afterSwap", () => {
  const arrived = wanted && document.getElementById(wanted.id);
  if (arrived && $(".check-body", arrived)) {
    const { then } = wanted;
    wanted = null;
    show(arrived, true);
    (then ?? focusQuestion)(arrived);
  }
});
// An answer was saved: on to the next item that does not count. Only once htmx has settled do
// elements have their new classes.
document.addEventListener("htmx:afterSettle", () => {
  const saved = $("#sheet li.is-saved");
  if (saved) {
    saved.classList.remove("is-saved");
    show(saved, false);
    nextLeft(saved);
  }
});
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const link = detail.elt.closest?.("#sheet .q");
  if (link && !wanted) wanted = { id: link.closest("li").id };
});
document.addEventListener("htmx:afterRequest", ({ detail }) => { if (!detail.successful) wanted = null; });

// --- Moving ---------------------------------------------------------------------------------------
function here() {
  const links = questions();
  return { links, now: links.findIndex((link) => link.closest("li").contains(document.activeElement)) };
}

function walk(step) {
  const { links, now } = here();
  const next = links[now < 0 ? (step > 0 ? 0 : links.length - 1) : now + step];
  next?.focus({ preventScroll: true });
  next?.closest("li").scrollIntoView({ block: "nearest" });
}

function nextLeft(from) {
  const items = all("#sheet li.check");
  const start = items.indexOf(from) + 1;
  const next = [...items.slice(start), ...items.slice(0, start)].find((item) => item.matches(".is-left") && item !== from && !item.closest("#sheet [aria-labelledby=part-later]"));
  const link = $(".q", next ?? from);
  const fold = link.closest("details");
  if (fold) fold.open = true;
  link.focus({ preventScroll: true });
  link.closest("li").scrollIntoView({ block: "nearest" });
}

// --- Answering ------------------------------------------------------------------------------------
const focusFirst = (item, name) => {
  const form = $("form", item);
  const field = form?.elements[name] ?? $("fieldset input, textarea", form ?? item);
  (field ?? $(".q", item)).focus();
};

function choose(item, state) {
  const form = $("form", item);
  const field = form?.elements.state;
  if (!field) return;
  const offered = field.options ? [...field.options] : [...field];
  if (!offered.some((one) => one.value === state)) return;
  field.value = state;
  (field.options ? field : offered.find((one) => one.value === state)).dispatchEvent(new Event("change", { bubbles: true }));
}

const KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
  ArrowDown: () => walk(1),
  ArrowUp: () => walk(-1),
  o: (item) => nextLeft(item),
  a: (item) => item && open(item, (one) => { choose(one, "attested"); focusFirst(one, $("fieldset input", one) ? "" : "evidence_url"); }),
  e: (item) => item && open(item, (one) => focusFirst(one, "evidence_url")),
  n: (item) => item && open(item, (one) => { choose(one, "not_applicable"); focusFirst(one, "note"); }),
};

document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("input, textarea, select, [contenteditable]");
  const item = document.activeElement?.closest?.("#sheet li.check");
  if ($("dialog[open]") || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Escape" && item?.classList.contains("is-open")) {
    event.preventDefault();
    show(item, false);
    return void $(".q", item).focus();
  }
  if (field || localStorage.getItem("single-keys") === "off" || !$("#sheet")) return;
  const does = KEYS[event.key];
  if (!does || (event.key.startsWith("Arrow") && !item)) return;
  event.preventDefault();
  does(item ?? null);
});

// --- Links to an item -----------------------------------------------------------------------------
function fromHash() {
  const item = location.hash.startsWith("#item-") && document.getElementById(location.hash.slice(1));
  if (item && !item.classList.contains("is-open")) open(item, focusQuestion);
}
addEventListener("hashchange", fromHash);
if (document.readyState === "complete") fromHash();
else addEventListener("load", fromHash);
