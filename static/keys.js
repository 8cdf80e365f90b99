"use strict";

// Keys of every page. None of them is taken from somebody who types, and each has a link or a button as well.
(() => {
  const TYPED = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select";
  const isTyped = (target) => target.isContentEditable || target.matches(TYPED);
  const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing);

  // "/" goes to the search of the page, else to the page of the search.
  function search() {
    const field = document.querySelector("[role=search] input:not([type=hidden])");
    const link = document.querySelector("a[data-search]");
    if (field) {
      field.focus();
      field.select();
    } else if (link) {
      location.assign(link.href);
    }
    return Boolean(field || link);
  }

  // "?" shows the list of keys over the page. The list is a page of its own, and is fetched from there.
  function dialogOf(list) {
    const dialog = document.createElement("dialog");
    dialog.className = "keys-dialog";
    dialog.setAttribute("aria-labelledby", "keys-title");
    const close = document.createElement("button");
    Object.assign(close, { type: "button", className: "btn btn-primary", textContent: "Close" });
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    dialog.append(document.adoptNode(list), close);
    return dialog;
  }

  async function showKeys(link) {
    if (document.getElementById("keys-title")) {
      return;
    }
    try {
      const answer = await fetch(link.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const dialog = dialogOf(page.getElementById("keys"));
      document.body.append(dialog);
      dialog.showModal();
    } catch {
      location.assign(link.href);
    }
  }

  // Ctrl and Enter press the filled button of the form that a text stands in.
  function send(text) {
    const filled = text.form.querySelector(".btn-primary[type=submit]:not([hidden])");
    text.form.requestSubmit(filled);
  }

  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (key === "Enter" && (event.ctrlKey || event.metaKey) && target.matches("textarea") && target.form) {
      event.preventDefault();
      send(target);
      return;
    }
    const link = document.querySelector("a[data-keys-list]");
    if (!isPlain(event) || isTyped(target) || document.querySelector("dialog[open]")) {
      return;
    }
    if (key === "/" && search()) {
      event.preventDefault();
    } else if (key === "?" && link) {
      event.preventDefault();
      showKeys(link);
    }
  });
})();
