// A field with data-copy selects itself and gets a button that copies it.
for (const field of document.querySelectorAll("[data-copy]")) {
  field.addEventListener("focus", () => field.select());
  if (!navigator.clipboard) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn small";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value ?? field.textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 3000);
  });
  field.after(button);
}
