// A self-check by keyboard: 0 to 4 choose a rung, u says that it is not known, Enter goes on.
const form = document.getElementById("rung");
const boxes = form ? [...form.elements.rating] : [];
(boxes.find((box) => box.checked) ?? boxes[0])?.focus();

document.addEventListener("keydown", (event) => {
  if (event.target.closest?.("textarea, input:not([type=radio])") || document.querySelector("dialog[open]")) return;
  if (event.altKey || event.ctrlKey || event.metaKey || localStorage.getItem("single-keys") === "off") return;
  const box = boxes.find((one) => one.value === (event.key === "u" ? "unknown" : event.key));
  if (!box) return;
  event.preventDefault();
  box.checked = true;
  box.focus();
});
