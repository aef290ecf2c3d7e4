// What browsers do not do by themselves. Every page works without it.

// A menu closes when a person goes elsewhere, or presses Escape.
const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A button with data-copies="id" puts the text of that element on the clipboard.
for (const button of document.querySelectorAll("button[data-copies]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
    button.textContent = "Copied";
  });
}

// The box of "Enable All Metadata" ticks the boxes beside it, and is ticked no
// longer once one of them is not.
for (const part of document.querySelectorAll("[data-ticks]")) {
  const all = part.querySelector("[data-ticks-all]");
  part.addEventListener("change", ({ target }) => {
    if (target === all && all.checked) {
      for (const box of part.querySelectorAll(`input[name="${part.dataset.ticks}"]`)) box.checked = true;
    } else if (all && target.name === part.dataset.ticks && !target.checked) all.checked = false;
  });
}

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

// A page that the browser kept and shows again may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
