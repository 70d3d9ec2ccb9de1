// What is typed into a form[data-draft] and not sent yet survives a closed tab, a lost session and
// a refusal: it is kept on this device, by person and pilot, and forgotten once it has arrived.
const PREFIX = "draft:";
const KEEP = 14 * 24 * 3600 * 1000;
const SKIPPED = new Set(["csrfmiddlewaretoken", "token", "stay"]);

const key = (form) => PREFIX + form.dataset.draft;

function read(name) {
  try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
}

function values(form) {
  const kept = {};
  for (const [name, value] of new FormData(form)) if (!SKIPPED.has(name)) kept[name] = value;
  return kept;
}

function save(form) {
  if (!form.dataset.first) return;
  const now = values(form);
  const same = JSON.stringify(now) === form.dataset.first;
  try {
    if (same) localStorage.removeItem(key(form));
    else localStorage.setItem(key(form), JSON.stringify({ at: Date.now(), token: form.elements.token.value, values: now }));
  } catch { /* A full or forbidden store: the form still works. */ }
}

function fill(form, kept) {
  for (const [name, value] of Object.entries(kept)) {
    const field = form.elements[name];
    if (!field) continue;
    if (field.type === "checkbox") field.checked = true;
    else field.value = value; // A group of radio buttons takes a value, too.
  }
}

// The server names in a cookie the form that has arrived: its draft is an update now.
function forget() {
  const arrived = document.cookie.match(/(?:^|; )posted=([0-9a-f-]+)/)?.[1];
  if (arrived) document.cookie = "posted=; path=/; max-age=0; samesite=lax";
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith(PREFIX)) continue;
    const draft = read(name);
    if (!draft || draft.token === arrived || Date.now() - draft.at > KEEP) localStorage.removeItem(name);
  }
}

function ready() {
  forget();
  for (const form of document.querySelectorAll("form[data-draft]")) {
    if (form.dataset.first) continue;
    form.dataset.first = JSON.stringify(values(form));
    const draft = read(key(form));
    // A refused form and one that goes on with words taken back hold what counts already.
    if (!draft || form.querySelector(".errorlist") || location.search.includes("again=")) { save(form); continue; }
    fill(form, draft.values);
    const note = form.querySelector("[data-draft-note]");
    if (note) {
      note.querySelector("[data-draft-when]").textContent = `at ${new Date(draft.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
      note.hidden = false;
    }
    save(form);
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (form) save(form);
});
document.addEventListener("click", (event) => {
  const discard = event.target.closest("[data-draft-discard]");
  if (discard) {
    const form = discard.form;
    localStorage.removeItem(key(form));
    form.reset();
    discard.closest("[data-draft-note]").hidden = true;
    return;
  }
  // A button that puts words into a field: the draft of a note, a day one click away.
  const button = event.target.closest("[data-insert]");
  const field = button && document.getElementById(button.dataset.into);
  if (!field) return;
  const old = "replace" in button.dataset ? "" : field.value.trimEnd();
  field.value = (old ? `${old}\n` : "") + button.dataset.insert;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
// Who signs out leaves nothing behind on this device.
document.addEventListener("submit", (event) => {
  if (!event.target.action?.endsWith("/logout/")) return;
  for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
});
document.addEventListener("htmx:afterSettle", ready);
ready();
