// Behaviour of every page. Nothing here is needed to read a page or to send a form.
const $ = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
// A row that opens what it tells of; in the list of pilots every row does.
const ROW = "tr[data-href], .pilots tbody tr";

// --- Toasts ---------------------------------------------------------------------------------------
export function toast(text) {
  const box = $("#toasts");
  const template = $("#toast-template");
  if (!box || !template) return;
  const node = template.content.firstElementChild.cloneNode(true);
  $("span", node).textContent = text;
  box.append(node);
  arm(node);
}

function arm(node) {
  // Errors and anything that can be undone stay until they are closed.
  if (node.dataset.armed) return;
  node.dataset.armed = "1";
  // What can be undone for some seconds only says so by going.
  if (node.dataset.seconds) return void setTimeout(() => node.remove(), node.dataset.seconds * 1000);
  if (node.classList.contains("stay")) return;
  let timer = setTimeout(() => node.remove(), 8000);
  node.addEventListener("pointerenter", () => clearTimeout(timer));
  node.addEventListener("focusin", () => clearTimeout(timer));
  node.addEventListener("pointerleave", () => { timer = setTimeout(() => node.remove(), 4000); });
}

// --- Clicks ---------------------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const at = event.target;
  const closer = at.closest("[data-close]");
  if (closer) return void (closer.closest(".toast")?.remove() ?? closer.closest("dialog")?.close());
  const opener = at.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog) { event.preventDefault(); dialog.showModal(); }
    return;
  }
  if (at.closest("[data-print]")) return void print();
  const theme = at.closest("[data-theme-choice]");
  if (theme) return void setTheme(theme.dataset.themeChoice);
  if (at.matches("dialog")) return void at.close();
  // A row opens its pilot; links, buttons, fields and selected text keep their own meaning.
  const row = at.closest(ROW);
  if (row && !at.closest("a, button, input, label, select, summary, textarea") && !String(getSelection())) {
    const there = row.dataset.href || $(".main a", row)?.href;
    if (event.metaKey || event.ctrlKey) open(there);
    else location.assign(there);
  }
});

function setTheme(choice) {
  document.cookie = `theme=${choice}; path=/; max-age=31536000; samesite=lax`;
  if (choice) document.documentElement.dataset.theme = choice;
  else delete document.documentElement.dataset.theme;
  markTheme();
  dispatchEvent(new Event("themechange"));
}

function markTheme() {
  const now = document.documentElement.dataset.theme ?? "";
  for (const button of all("[data-theme-choice]")) button.setAttribute("aria-pressed", String(button.dataset.themeChoice === now));
}

// --- Choosing rows --------------------------------------------------------------------------------
// <form data-bulk> holds rows with input[name=chosen]; [data-bulk-bar] shows when some are chosen.
let lastBox = null;
document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-bulk]");
  if (form) count(form, event.target);
});
document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-bulk] tbody input[type=checkbox]");
  if (!box) return;
  const boxes = all("tbody input[type=checkbox]", box.closest("[data-bulk]"));
  if (event.shiftKey && lastBox && boxes.includes(lastBox)) {
    const [from, to] = [boxes.indexOf(lastBox), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const one of boxes.slice(from, to + 1)) one.checked = box.checked;
  }
  lastBox = box;
});

function count(form, changed) {
  const boxes = all("tbody input[type=checkbox]", form);
  if (changed?.matches("[data-all]")) for (const box of boxes) box.checked = changed.checked;
  const chosen = boxes.filter((box) => box.checked).length;
  for (const box of boxes) box.closest("tr")?.classList.toggle("selected", box.checked);
  const every = $("[data-all]", form);
  if (every) {
    every.checked = chosen > 0 && chosen === boxes.length;
    every.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  for (const bar of all("[data-bulk-bar]", form)) bar.hidden = chosen === 0;
  for (const label of all("[data-bulk-count]", form)) label.textContent = chosen === 1 ? "1 chosen" : `${chosen} chosen`;
}

// --- Forms ----------------------------------------------------------------------------------------
// The same form is not sent twice by an impatient hand; htmx forms use hx-disabled-elt.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post") || event.defaultPrevented) return;
  if (form.dataset.sent) return void event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 5000);
});
// Selects in a sentence apply at once when htmx is not in charge of them.
document.addEventListener("change", (event) => {
  if (event.target.matches("form[data-apply] select, form[data-apply] input[type=checkbox]")) event.target.form.requestSubmit();
});

// --- Keyboard -------------------------------------------------------------------------------------
const singleKeys = () => localStorage.getItem("single-keys") !== "off";

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return void focusSearch();
  }
  if (event.altKey || event.ctrlKey || event.metaKey || typing || !singleKeys() || $("dialog[open]")) return;
  const own = all("a[data-key]").find((link) => link.dataset.key.split(" ").includes(event.key));
  if (own) { event.preventDefault(); own.click(); }
  else if (event.key === "?") $("#keys")?.showModal();
  else if (event.key === "/") { event.preventDefault(); focusSearch(); }
  else if (event.key === "j") walk(1);
  else if (event.key === "k") walk(-1);
  else if (event.key === "x") pick();
});
// Ctrl+Enter sends the form one is writing in.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest?.("form[method=post]")?.requestSubmit();
});

let coming = false; // The palette was asked for and is on its way.
function focusSearch() {
  const box = $("#search");
  if (!box || coming) return;
  // Letters typed before the palette has come belong in it, not to the page under it.
  let typed = "", off = false;
  const keep = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.key === "Escape") { off = true; done(); }
    else if (event.key === "Backspace") typed = typed.slice(0, -1);
    else if (event.key.length === 1) typed += event.key;
  };
  const done = () => {
    coming = false;
    document.removeEventListener("keydown", keep, true);
  };
  coming = true;
  document.addEventListener("keydown", keep, true);
  import(box.dataset.palette).then(
    (palette) => off || palette.openPalette(typed),
    () => off || focusBox(box, typed),
  ).finally(() => off || done());
}

function focusBox(box, typed) {
  const rail = $("#rail");
  if (!box.checkVisibility()) rail?.showPopover();
  box.focus();
  if (typed) box.value = typed;
  else box.select();
}

function walk(step) {
  const links = all("tr .main a").filter((link) => link.closest(ROW));
  const now = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = links[now < 0 ? (step > 0 ? 0 : links.length - 1) : now + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function pick() {
  const row = document.activeElement?.closest(ROW);
  if (row) $("input[name=chosen]", row)?.click();
}

// --- Dialogs that htmx fills ----------------------------------------------------------------------
document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.target.closest?.("dialog");
  if (dialog && !dialog.open) dialog.showModal();
});

// --- Boxes for people and tags: the list under the box follows what is typed -----------------------
let asking;
document.addEventListener("input", (event) => {
  const box = event.target.closest("input[data-people], input[data-tags]");
  const list = box?.list;
  if (!list) return;
  clearTimeout(asking);
  asking = setTimeout(async () => {
    const answer = await fetch(`/pilots/${"tags" in box.dataset ? "tags/?tag" : "people/?person"}=${encodeURIComponent(box.value)}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    list.replaceChildren(...all("option", page));
  }, 250);
});

// --- htmx -----------------------------------------------------------------------------------------
document.addEventListener("htmx:afterSettle", () => ready());
// A form whose row somebody else changed comes back with both versions; its 409 is shown in place.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status !== 409 || !detail.xhr.getResponseHeader("HX-Reswap")) return;
  detail.shouldSwap = true;
  detail.isError = false;
});
document.addEventListener("htmx:sendError", () => toast("Pilotage could not be reached. Nothing was changed; try again."));
document.addEventListener("htmx:timeout", () => toast("That took too long. Look whether it worked before you try again."));
document.addEventListener("htmx:responseError", (event) => {
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  const said = $("[data-sentence]", page)?.textContent.trim();
  toast(said || `Pilotage answered with an error (${event.detail.xhr.status}). Nothing was changed.`);
});

function ready() {
  for (const node of all(".toast")) arm(node);
  for (const form of all("[data-bulk]")) count(form);
  for (const button of all("[data-print]")) button.hidden = false;
}

// The palette offers the pilots that this device opened last.
const here = location.pathname.match(/^\/pilots\/(PIL-\d+)\/$/)?.[1];
if (here) {
  const before = JSON.parse(localStorage.getItem("recent-pilots") ?? "[]").filter((ref) => ref !== here);
  localStorage.setItem("recent-pilots", JSON.stringify([here, ...before].slice(0, 8)));
}

const keys = $("#single-keys");
if (keys) {
  keys.checked = singleKeys();
  keys.addEventListener("change", () => localStorage.setItem("single-keys", keys.checked ? "on" : "off"));
}
markTheme();
ready();
