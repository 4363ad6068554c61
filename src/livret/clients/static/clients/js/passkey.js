// <form data-passkey="create|get|login"> asks the device for a passkey, puts the answer in its `credential` field and posts it.
// Options come from <script id="passkey-options">, or from the address in data-passkey-options when nobody is known yet.
const isAble = Boolean(window.PublicKeyCredential?.parseCreationOptionsFromJSON);

async function optionsOf(form) {
  if (!form.dataset.passkeyOptions) return JSON.parse(document.getElementById("passkey-options").textContent);
  const response = await fetch(form.dataset.passkeyOptions, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
  if (!response.ok) throw new Error(`passkey options: ${response.status}`);
  return response.json();
}

function creation(asked, isAlone) {
  const selection = { ...asked.authenticatorSelection, residentKey: isAlone ? "required" : "discouraged", requireResidentKey: isAlone };
  if (isAlone) selection.userVerification = "required";
  return PublicKeyCredential.parseCreationOptionsFromJSON({ ...asked, authenticatorSelection: selection });
}

async function credentialFor(form) {
  const options = await optionsOf(form);
  if (form.dataset.passkey === "create") {
    return navigator.credentials.create({ publicKey: creation(options.creation_options.publicKey, Boolean(form.elements.passwordless?.checked)) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options.request_options.publicKey) });
}

for (const form of isAble ? document.querySelectorAll("form[data-passkey]") : []) form.hidden = false;

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-passkey]");
  if (!form || form.elements.credential.value) return;
  event.preventDefault();
  const refusal = form.querySelector("[data-passkey-refusal]");
  try {
    form.elements.credential.value = JSON.stringify(await credentialFor(form));
    form.requestSubmit();
  } catch (error) {
    refusal.hidden = false;
    refusal.setAttribute("role", "status");
  }
});
