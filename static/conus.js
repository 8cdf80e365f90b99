"use strict";

// What the pages do beyond plain HTML. Each of them works without it.
(() => {
  const byId = (id) => document.getElementById(id);

  // Words are said once the focus rests: what a screen reader says of the next field would cut them off.
  // It speaks the same words twice only if they went away in between.
  const REST = 700;
  let unsaid = [];
  let rest = 0;

  function announce(words) {
    unsaid.push(words);
    byId("announcer").textContent = "";
    waitForRest();
  }

  function waitForRest() {
    clearTimeout(rest);
    rest = setTimeout(say, REST);
  }

  function say() {
    byId("announcer").textContent = unsaid.join(" ");
    unsaid = [];
  }

  for (const moved of ["focusin", "keydown"]) {
    document.addEventListener(moved, () => unsaid.length && waitForRest());
  }

  // A view says what changed with the header HX-Trigger: {"announce": "Two questions can still matter."}
  document.addEventListener("announce", (event) => announce(event.detail.value));

  // Focus. htmx keeps it for elements with an id; fields without one are found again by name and value.
  // Who goes on to another field, or types, while an answer is under way is not called back by it.
  const begun = new WeakMap();
  let held = {};

  function place() {
    const { name, value } = document.activeElement || {};
    return { name, value };
  }

  function twin({ name, value }) {
    const named = name ? [...document.getElementsByName(name)] : [];
    return named.find((other) => other.value === value) || named[0];
  }

  document.addEventListener("htmx:beforeRequest", (event) => {
    begun.set(event.detail.xhr, place());
  });

  document.addEventListener("htmx:beforeSwap", () => {
    held = place();
  });

  function wentOn(xhr) {
    const then = begun.get(xhr) || held;
    return then.name !== held.name || then.value !== held.value;
  }

  document.addEventListener("htmx:afterSettle", (event) => {
    const wanted = !wentOn(event.detail.xhr) && event.target.querySelector("[data-focus]");
    const lost = !document.activeElement || document.activeElement === document.body;
    const next = wanted || (lost && twin(held));
    if (next) {
      next.focus({ preventScroll: !wanted });
    }
    reveal();
  });

  // An answer that could not be had is said where it is seen, and what was typed stays.
  function explain(status, seconds) {
    const words = {
      401: "Your sign-in has ended. What you typed is still here. Sign in, come back, and try again. ",
      403: "This page is too old, or it is not open to you. What you typed is still here. ",
      429: `Too many requests. Try again in ${seconds || "60"} seconds.`,
    };
    const notice = byId("notice");
    notice.textContent = words[status] || "Conus did not answer. What you typed is still here. Try again.";
    if (status === 401 || status === 403) {
      notice.append(signInLink(notice.dataset.signIn));
    }
    notice.hidden = false;
  }

  function signInLink(address) {
    const link = document.createElement("a");
    Object.assign(link, { href: address, target: "_blank", rel: "noopener" });
    link.textContent = "Sign in (opens a new window)";
    return link;
  }

  // Signing in makes the tokens of open pages too old. The answer brings a fresh one; the request is sent again, once.
  function renew(token) {
    document.body.setAttribute("data-hx-headers", JSON.stringify({ "X-CSRFToken": token }));
    document.getElementsByName("csrfmiddlewaretoken").forEach((field) => {
      field.value = token;
    });
  }

  function sendAgain({ requestConfig: sent, target, elt }, token) {
    const values = new FormData();
    for (const [name, value] of sent.formData.entries()) {
      values.append(name, name === "csrfmiddlewaretoken" ? token : value);
    }
    const headers = { "X-CSRFToken": token, "Conus-Again": "1" };
    htmx.ajax(sent.verb, sent.path, { source: elt, event: sent.triggeringEvent, target, values, headers });
  }

  document.addEventListener("htmx:responseError", (event) => {
    const { xhr, requestConfig } = event.detail;
    const token = xhr.getResponseHeader("Conus-Token");
    if (token) {
      renew(token);
    }
    if (token && !requestConfig.headers["Conus-Again"]) {
      sendAgain(event.detail, token);
    } else {
      explain(xhr.status, xhr.getResponseHeader("Retry-After"));
    }
  });
  document.addEventListener("htmx:sendError", () => explain(0));
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.shouldSwap) {
      byId("notice").hidden = true;
    }
  });

  // <button type="button" data-copy="#id" data-needs-js hidden>Copy as text</button>
  // With data-copy-from="address" the text stands on another page and is fetched when it is asked for.
  function reveal() {
    document.querySelectorAll("[data-needs-js][hidden]").forEach((element) => {
      element.hidden = false;
    });
  }

  const textOf = (source) => source.value ?? source.textContent;

  // That it was copied is seen beside the button, and heard.
  function copied(button) {
    if (!button.nextElementSibling?.matches(".copied")) {
      const said = document.createElement("span");
      said.className = "copied";
      said.textContent = "Copied";
      button.after(said);
    }
    announce("Copied.");
  }

  async function copy(button) {
    const source = document.querySelector(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(textOf(source));
      copied(button);
    } catch {
      select(source);
      // Older, and without asking: it copies what is selected where a page is not served over HTTPS.
      if (document.execCommand("copy")) {
        copied(button);
        return;
      }
      const notice = byId("notice");
      notice.textContent = "The browser does not let this page copy. The text is selected: copy it with the keyboard.";
      notice.hidden = false;
    }
  }

  function select(source) {
    if (source.select) {
      source.focus();
      source.select();
    } else {
      getSelection().selectAllChildren(source);
    }
  }

  async function fetched(address, selector) {
    const answer = await fetch(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return textOf(page.querySelector(selector));
  }

  // Where there is no clipboard, the text opens on its page, selected.
  // The clipboard is taken at once and filled later: some browsers forget the press while a text is fetched.
  async function copyFrom(button) {
    const { copyFrom: address, copy: selector } = button.dataset;
    try {
      if (!navigator.clipboard) {
        throw new Error("no clipboard");
      }
      const text = fetched(address, selector).then((words) => new Blob([words], { type: "text/plain" }));
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
      copied(button);
    } catch {
      location.assign(address);
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) {
      (button.dataset.copyFrom ? copyFrom : copy)(button);
    }
    if (event.target.closest("[data-print]")) {
      print();
    }
  });

  // What is folded away on the screen is not missing on paper.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((details) => {
      details.open = true;
    });
  });
  addEventListener("afterprint", () => {
    folded.forEach((details) => {
      details.open = false;
    });
  });

  // <form data-token-from="address">: what was typed before a sign-in ended is saved with one press after the next
  // one, which made the token of the page too old. Where no fresh one is to be had, the answer asks once more.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const { tokenFrom } = form.dataset;
    if (!tokenFrom) {
      return;
    }
    event.preventDefault();
    const token = await fetched(tokenFrom, "[name=csrfmiddlewaretoken]").catch(() => "");
    if (token) {
      renew(token);
    }
    form.submit();
  });

  // Who comes back from signing in in a second window finds the focus on what saves.
  document.querySelector("[data-signs-in]")?.addEventListener("click", ({ currentTarget: link }) => {
    const goOn = () => document.activeElement === link && document.querySelector("[data-token-from] button").focus();
    addEventListener("focus", goOn, { once: true });
  });

  reveal();
  document.querySelectorAll("[data-selected]").forEach(select);
})();
