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

// Who chooses how a field is shown wants it shared: its box is ticked.
for (const form of document.querySelectorAll("form.guard")) {
  form.addEventListener("change", ({ target }) => {
    if (target.matches("select") && target.value) target.closest("tr").querySelector("[type=checkbox]").checked = true;
  });
}

// A page that a form's answer shows cannot be asked for again. The browser's Back
// leads to the page that data-returns names instead.
for (const { dataset } of document.querySelectorAll("[data-returns]")) history.replaceState(null, "", dataset.returns);

// A form with data-counts="address" is counted again a moment after each change.
for (const form of document.querySelectorAll("form[data-counts]")) {
  const shown = form.querySelector("[data-counted]");
  const failed = form.querySelector("[data-counts-failed]");
  form.querySelector("[data-counts-button]").hidden = true;
  let pause, asked;
  const count = async () => {
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    shown.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.counts, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "error", signal });
      if (!answer.ok) throw new Error(answer.statusText);
      shown.innerHTML = await answer.text();
      failed.hidden = true;
      form.querySelector("[data-counts-say]").textContent = shown.querySelector("p").textContent;
    } catch {
      if (signal.aborted) return;
      failed.hidden = false;
    }
    shown.removeAttribute("aria-busy");
  };
  form.addEventListener("change", () => {
    clearTimeout(pause);
    pause = setTimeout(count, 250);
  });
}

// A ticked box of a tree with data-includes includes what is below it: those boxes
// are ticked and cannot be changed, unless a person ticked them, too.
for (const tree of document.querySelectorAll("[data-includes]")) {
  const boxes = [...tree.querySelectorAll("li input")];
  const own = new Set(boxes.filter((box) => box.checked && !box.disabled));
  const show = () => {
    for (const box of boxes) {
      let above = box.closest("li").parentElement.closest("li");
      while (above && !own.has(above.querySelector("input"))) above = above.parentElement.closest("li");
      const included = above !== null && !own.has(box);
      box.checked = included || own.has(box);
      box.disabled = included;
      box.parentElement.querySelector("[data-included]").hidden = !included;
    }
  };
  tree.addEventListener("change", ({ target }) => {
    own[target.checked ? "add" : "delete"](target);
    show();
  });
}

// A search box with data-filters="id" leaves of a tree what is called like its
// words, with what is above it. What is ticked stays ticked.
for (const box of document.querySelectorAll("input[data-filters]")) {
  const tree = document.getElementById(box.dataset.filters);
  const items = [...tree.querySelectorAll("li")].map((item) => ({ item, name: [...item.querySelectorAll(":scope > label :is(.tick-label, .hint:not([data-included]))")].map((part) => part.textContent).join(" ").toLowerCase() }));
  const folds = [...tree.querySelectorAll("details")].map((fold) => ({ fold, open: fold.open }));
  box.closest("[hidden]").hidden = false;
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = items.filter(({ name }) => words.every((word) => name.includes(word)));
    for (const { item } of items) item.hidden = words.length > 0;
    for (let { item } of found) for (; item && item !== tree; item = item.parentElement.closest("li")) item.hidden = false;
    for (const { fold, open } of folds) fold.open = words.length > 0 || open;
    box.parentElement.querySelector("[role=status]").textContent = words.length ? `${found.length} of ${items.length}` : "";
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

// A text area with data-numbered is as tall as its text, with the number of each line in
// the data-lines beside it.
for (const area of document.querySelectorAll("textarea[data-numbered]")) {
  const numbers = area.parentElement.querySelector("[data-lines]");
  area.addEventListener("input", () => {
    const count = area.value.split("\n").length;
    while (numbers.children.length > count) numbers.lastElementChild.remove();
    while (numbers.children.length < count) numbers.append(Object.assign(document.createElement("span"), { textContent: numbers.children.length + 1 }));
    area.rows = Math.max(8, count + 1);
  });
}

// A link with data-row leads to that line of a text area.
for (const link of document.querySelectorAll("a[data-row]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const area = document.querySelector(link.hash);
    const before = area.value.split("\n").slice(0, Math.max(0, link.dataset.row - 1));
    const at = before.join("\n").length + (before.length > 0) + Math.max(0, link.dataset.col - 1);
    area.focus();
    area.setSelectionRange(at, at);
  });
}

// A form is sent once, however often its button is pressed; but again after three
// seconds, for a person may have stopped the browser.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (event.timeStamp - form.dataset.sent < 3000) event.preventDefault();
  else form.dataset.sent = event.timeStamp;
});

// What a person has changed and not saved is counted, and whoever leaves it is warned. A
// form with data-saved="query" says what is saved, and shows the count in its
// data-unsaved; one with data-carries brings along what was changed on a page before. A
// link with data-discards gives it up.
{
  const forms = [...document.querySelectorAll("form[data-saved]")];
  const carries = document.querySelector("form[data-carries]") !== null;
  const changed = (form) => {
    const saved = new URLSearchParams(form.dataset.saved);
    const differ = new Set();
    for (const part of form.elements) {
      if (!part.name || part.disabled || part.matches("[type=hidden], [type=search], [data-ticks-all], button, fieldset")) continue;
      if (part.type === "radio" && !part.checked) continue;
      const is = part.type === "checkbox" ? part.checked : part.value;
      const was = part.type === "checkbox" ? saved.getAll(part.name).includes(part.value) : (saved.get(part.name) ?? "");
      if (is !== was) differ.add(part.closest("tr") ?? part);
    }
    if (form.dataset.savedWhole !== undefined) {
      for (const name of saved.keys()) if (!form.elements.namedItem(name)) differ.add(name);
    }
    return differ.size;
  };
  const count = (form) => {
    const said = form.querySelector("[data-unsaved]");
    const n = changed(form);
    const text = n === 0 ? "" : n === 1 ? "1 unsaved change" : `${n} unsaved changes`;
    if (said && said.textContent !== text) said.textContent = text;
  };
  const countAll = () => forms.forEach(count);
  for (const form of forms) {
    form.addEventListener("change", () => count(form));
    form.addEventListener("input", () => count(form));
  }
  countAll();
  window.addEventListener("pageshow", countAll); // a browser may fill in a page that it shows again

  let leaving = 0; // on purpose, until then
  const leaves = () => { leaving = performance.now() + 3000; };
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.matches("[data-saved], [data-carries]")) leaves();
  });
  for (const link of document.querySelectorAll("a[data-discards]")) link.addEventListener("click", leaves);
  window.addEventListener("pageshow", () => { leaving = 0; });
  window.addEventListener("beforeunload", (event) => {
    if (performance.now() > leaving && (carries || forms.some(changed))) event.preventDefault();
  });
}

// A form with data-uploads says how much of its files has been sent. What the answer
// leads to is opened; a page that says what is wrong takes the place of this one.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-uploads]") || event.defaultPrevented) return;
  event.preventDefault();
  const [bar, said] = form.querySelector("[data-upload]").children;
  const stop = form.querySelector("[data-upload-stop]");
  const send = new XMLHttpRequest();
  const busy = (on) => {
    for (const button of form.querySelectorAll("button:not([type=button])")) button.disabled = on;
    stop.hidden = !on;
  };
  const over = (text) => {
    busy(false);
    delete form.dataset.sent;
    bar.hidden = true;
    said.textContent = text;
  };
  // Said in steps of ten, so that nobody is read every number.
  send.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = total ? (100 * loaded) / total : 0;
    const text = loaded < total ? `${10 * Math.floor(bar.value / 10)} % of ${Math.max(1, Math.round(total / 1e6))} MB sent` : "Sent. Waiting for the answer.";
    if (said.textContent !== text) said.textContent = text;
  });
  send.addEventListener("load", () => {
    if (send.responseURL !== form.action) return location.assign(send.responseURL);
    const page = new DOMParser().parseFromString(send.responseText, "text/html");
    document.title = page.title;
    const main = page.querySelector("main");
    document.querySelector("main").replaceWith(main);
    (main.querySelector("[aria-invalid]") ?? main).focus();
  });
  send.addEventListener("error", () => over("The upload broke off. Try again."));
  send.addEventListener("abort", () => over("The upload was canceled. Nothing was imported."));
  stop.onclick = () => send.abort();
  bar.removeAttribute("value");
  bar.hidden = bar.parentElement.hidden = false;
  said.textContent = "Uploading";
  send.open("POST", form.action);
  send.send(new FormData(form));
  busy(true);
});

// A page that the browser kept and shows again may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
