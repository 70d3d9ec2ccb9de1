// The sign-in package drives the browser's passkey dialog; we say in words when that ends badly.
const WORDS = {
  NotAllowedError: "Nothing happened: the dialog was closed, or it took too long. Try again.",
  InvalidStateError: "This device has a passkey for your account already.",
  SecurityError: "Passkeys need a secure address (https).",
  NotSupportedError: "This device cannot keep such a passkey.",
};
const problem = document.getElementById("passkey-problem");
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  problem.textContent = WORDS[event.detail.exception?.name] ?? "The passkey did not work. Try again.";
  problem.hidden = false;
});
document.addEventListener("click", (event) => {
  if (event.target.closest("button")) problem.hidden = true;
});
