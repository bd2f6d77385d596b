// Passkeys, which only a script can ask the browser for; and recovery codes, printed or copied.
"use strict";
const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const textOf = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const readable = (options) => {
  options.challenge = bytesOf(options.challenge);
  if (options.user) options.user.id = bytesOf(options.user.id);
  for (const known of [...(options.excludeCredentials ?? []), ...(options.allowCredentials ?? [])]) known.id = bytesOf(known.id);
  return options;
};
const written = (credential) => {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = textOf(credential.response[part]);
  }
  return JSON.stringify({ id: credential.id, rawId: textOf(credential.rawId), type: credential.type, response });
};
for (const place of document.querySelectorAll("[data-passkey]")) {
  const [button, said, unable, form] = [place.querySelector("button"), place.querySelector("[role=alert]"), place.querySelector("[data-unable]"), place.closest("form")];
  if (!window.PublicKeyCredential || !navigator.credentials) continue;
  button.hidden = false;
  if (unable) unable.hidden = true;
  // Enter in the name's field means the button.
  if (place.dataset.passkey === "create") form.addEventListener("submit", (event) => { event.preventDefault(); button.click(); });
  const words = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known", SecurityError: "refused" };
  button.addEventListener("click", async () => {
    button.disabled = true;
    said.hidden = true;
    try {
      const publicKey = readable(JSON.parse(place.dataset.options));
      const credential = await navigator.credentials[place.dataset.passkey]({ publicKey });
      form.elements.answer.value = written(credential);
      if (place.dataset.to) form.action = place.dataset.to;
      form.submit();
    } catch (error) {
      said.textContent = place.dataset[words[error.name] ?? "cancelled"];
      said.hidden = false;
      button.disabled = false;
      button.focus();
    }
  });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const button of document.querySelectorAll("[data-copy-codes]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const codes = [...document.querySelectorAll("[data-codes] li")].map((line) => line.textContent);
    await navigator.clipboard.writeText(codes.join("\n"));
    button.parentElement.querySelector("[role=status]").textContent = button.dataset.done;
  });
}
