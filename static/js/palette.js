// The palette: the search page in a dialog, walked with the keyboard. Loaded when first asked for.
const url = document.getElementById("search")?.form?.action ?? "/search/";
let dialog, box, list, status, asked, timer, active = -1;

function build() {
  dialog = document.createElement("dialog");
  dialog.className = "palette";
  dialog.setAttribute("aria-label", "Search");
  dialog.innerHTML = `<div><input type="search" role="combobox" aria-label="Search pilots, pages and actions" aria-autocomplete="list" aria-expanded="true" aria-controls="palette-list" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="200" placeholder="Search pilots, pages and actions"><div id="palette-list" role="listbox" aria-label="Results"></div><p class="palette-note" role="status"></p><p class="palette-keys"><kbd>↑</kbd> <kbd>↓</kbd> choose <kbd>Enter</kbd> open <kbd>Esc</kbd> close</p></div>`;
  document.body.append(dialog);
  box = dialog.querySelector("input");
  list = dialog.querySelector("[role=listbox]");
  status = dialog.querySelector("[role=status]");
  box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
  box.addEventListener("keydown", keys);
  list.addEventListener("pointermove", (event) => choose(options().indexOf(event.target.closest("[role=option]"))));
}

const options = () => [...list.querySelectorAll("[role=option]")];

function keys(event) {
  // A search field would only empty itself.
  if (event.key === "Escape") { event.preventDefault(); return dialog.close(); }
  const all = options();
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5 }[event.key];
  if (step && all.length) {
    event.preventDefault();
    const one = Math.abs(step) === 1;
    const next = active + step;
    choose(one ? (next + all.length) % all.length : Math.min(Math.max(next, 0), all.length - 1));
    all[active]?.scrollIntoView({ block: "nearest" });
  } else if (event.key === "Enter") {
    event.preventDefault();
    const there = all[active]?.href;
    if (!there) location.assign(`${url}?q=${encodeURIComponent(box.value)}`);
    else if (event.ctrlKey || event.metaKey) open(there);
    else location.assign(there);
  }
}

function choose(index) {
  if (index < 0) return;
  active = index;
  options().forEach((option, n) => option.setAttribute("aria-selected", String(n === index)));
  box.setAttribute("aria-activedescendant", options()[index]?.id ?? "");
}

async function ask() {
  asked?.abort();
  asked = new AbortController();
  const recent = JSON.parse(localStorage.getItem("recent-pilots") ?? "[]").join(",");
  const query = new URLSearchParams({ q: box.value, recent });
  try {
    const answer = await fetch(`${url}?${query}`, { headers: { "HX-Request": "true" }, signal: asked.signal });
    show(new DOMParser().parseFromString(await answer.text(), "text/html"), answer.ok);
  } catch (error) {
    if (error.name !== "AbortError") status.textContent = "Pilotage could not be reached.";
  }
}

function show(page, good) {
  const found = page.querySelector("#search-results") ?? page.querySelector("[data-sentence]");
  list.replaceChildren(...(found?.querySelectorAll(".hits") ?? []));
  const said = found?.querySelector(".note, .empty") ?? (good ? null : found);
  for (const part of list.querySelectorAll("section.hits")) {
    part.setAttribute("role", "group");
    for (const plain of part.querySelectorAll("ul, li, h2")) plain.setAttribute("role", "none");
  }
  for (const part of list.querySelectorAll("p.hits")) part.setAttribute("role", "none");
  list.querySelectorAll(".hits a").forEach((link, n) => {
    link.id = `palette-${n}`;
    link.tabIndex = -1;
    link.setAttribute("role", "option");
  });
  active = -1;
  const count = options().length;
  box.setAttribute("aria-expanded", String(count > 0));
  status.textContent = said?.textContent.trim() || `${count} ${count === 1 ? "result" : "results"}`;
  if (count) choose(0);
  else box.removeAttribute("aria-activedescendant");
}

export function openPalette(typed) {
  if (!dialog) build();
  if (dialog.open) return;
  dialog.showModal();
  if (typed) box.value = typed;
  else box.select();
  ask();
}
