"use strict";

// What the pages of a questionnaire do beyond plain HTML. Each of them works without it.
(() => {
  const PAUSE = 400;
  const sheet = document.getElementById("worksheet-form");
  let timer = 0;
  let outdated = false;

  // A worksheet follows while a measure is typed, once the typing pauses. Nothing is complained of meanwhile.
  function update(typing) {
    clearTimeout(timer);
    sheet.querySelector("[data-typing]").value = typing;
    outdated = true;
    sheet.dispatchEvent(new CustomEvent("conus:update"));
  }

  function typed(event) {
    if (event.target.closest("[data-beside]")) {
      outdated = true; // an answer under way would put the inputs back to what they held
      return;
    }
    exclude(event.target);
    if (sheet && event.target.matches("[data-live]") && sheet.contains(event.target)) {
      clearTimeout(timer);
      timer = setTimeout(update, PAUSE, event.target.name);
    }
  }

  // "Not documented" and "None of these" stand alone: choosing one gives up the rest, and the other way round.
  function exclude(input) {
    const field = input.closest("fieldset");
    if (!field || input.name.endsWith(".sure") || (!input.checked && input.type === "checkbox")) {
      return;
    }
    const alone = (other) => other.dataset.special && other.dataset.special.startsWith(":");
    const isAlone = alone(input);
    for (const other of field.querySelectorAll("input[type=checkbox]")) {
      if (other !== input && !other.name.endsWith(".sure") && (isAlone || alone(other))) {
        other.checked = false;
      }
    }
    // What is there, and what is not there, of one thing: ticking one gives up the other.
    for (const other of input.closest(".choices .form-check")?.querySelectorAll("input[type=checkbox]") ?? []) {
      if (other !== input) {
        other.checked = false;
      }
    }
    if (isAlone && input.type === "checkbox") {
      field.querySelectorAll("input[type=text]:not([data-beside] *)").forEach((text) => {
        text.value = "";
      });
    }
  }

  document.addEventListener("input", typed);

  function announce(words) {
    document.dispatchEvent(new CustomEvent("announce", { detail: { value: words } }));
  }

  // What is asked about an option is shown where it is ticked, and said.
  document.addEventListener("change", (event) => {
    const asks = event.target.checked && event.target.parentElement.querySelector(":scope > .asks");
    if (asks) {
      announce(asks.textContent);
    }
  });

  // Where more than one option is possible, each of them can be ticked from now on.
  function tickSeveral(button) {
    const field = button.closest("fieldset");
    const options = field.querySelectorAll(".choices input[type=radio]");
    for (const option of options) {
      option.type = "checkbox";
    }
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: button.name, value: "yes" });
    const hint = document.createElement("p");
    hint.className = "hint";
    hint.textContent = "Tick each one that it may be.";
    button.parentElement.replaceWith(hidden, hint);
    options[0].focus();
    announce(hint.textContent);
  }

  // An offer is taken in place on a worksheet: the field comes back with it, and has the focus again.
  function take(offer) {
    const field = offer.closest("fieldset");
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: offer.name, value: offer.value });
    field.append(hidden);
    const first = field.querySelector("input:not([type=hidden])").id;
    document.addEventListener("htmx:afterSettle", () => document.getElementById(first)?.focus(), { once: true });
    update("");
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-several], [data-offer]");
    if (button?.matches("[data-several]")) {
      event.preventDefault();
      tickSeveral(button);
    } else if (button && sheet) {
      event.preventDefault();
      take(button);
    }
  });

  // What is said of one of two inputs is no description of the other.
  function describe(input, id, isMeant) {
    const ids = new Set((input.getAttribute("aria-describedby") || "").split(" ").filter(Boolean));
    if (isMeant ? !ids.has(id) : ids.delete(id)) {
      input.setAttribute("aria-describedby", isMeant ? [id, ...ids].join(" ") : [...ids].join(" "));
    }
  }

  // A worksheet's fields are posted by htmx; the word about them is at the field, so it is marked here.
  function mark() {
    for (const message of sheet.querySelectorAll(".message")) {
      const error = message.querySelector(".field-error");
      for (const input of message.parentElement.querySelectorAll("input[type=text]")) {
        const isHere = error && error.dataset.at === input.id;
        describe(input, message.id, isHere || !(error || input.id.endsWith("-birth")));
        if (isHere) {
          input.setAttribute("aria-invalid", "true");
          input.closest("details")?.setAttribute("open", "");
        } else {
          input.removeAttribute("aria-invalid");
        }
      }
    }
  }

  if (sheet) {
    sheet.addEventListener("change", () => {
      clearTimeout(timer);
      sheet.querySelector("[data-typing]").value = "";
      outdated = true;
    });
    // One request at a time: a second one waits. The answer to the first would undo what was entered since,
    // so it is passed over; the second brings all that is to be changed. That this window's own answers are
    // saved is taken from it: the second is not to be held up by them. A case says by a header up to which
    // answer, a check sends its answers.
    sheet.addEventListener("htmx:beforeRequest", () => {
      outdated = false;
    });
    sheet.addEventListener("htmx:beforeOnLoad", (event) => {
      const saved = event.detail.xhr.getResponseHeader("Conus-Saved-Up-To");
      if (outdated && saved) {
        document.getElementById("seen").value = saved;
      }
      if (outdated) {
        const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
        const shown = answer.getElementById("shown");
        if (shown) {
          document.getElementById("shown").value = shown.value;
        }
        event.preventDefault();
      }
    });
    // Enter updates in place; the focus stays.
    sheet.addEventListener("submit", (event) => {
      if (!event.submitter || event.submitter.value === "update") {
        event.preventDefault();
        update("");
      } else if (sheet.classList.contains("htmx-request") && document.getElementById("shown")) {
        // What an update under way saves is of this page: it does not know yet that it was made from it.
        document.getElementById("shown").value = "";
      }
    });
    document.addEventListener("htmx:afterSettle", mark);
    // What was not saved comes back as an error that has a place on the page: it is shown there.
    document.addEventListener("htmx:beforeSwap", (event) => {
      if (event.detail.xhr.getResponseHeader("HX-Retarget") === "#conflict") {
        event.detail.shouldSwap = true;
        event.detail.isError = false;
      }
    });

    // On a wide screen the panel is always open.
    const wide = matchMedia("(width >= 992px)");
    const panel = document.querySelector("[data-panel]");
    const unfold = () => {
      panel.open = wide.matches;
    };
    wide.addEventListener("change", unfold);
    unfold();
  }

  // The paper of the last answer stays chosen for those that are not answered yet.
  document.addEventListener("change", (event) => {
    const changed = event.target.closest("[data-beside]");
    const paper = changed?.querySelector("[type=radio]:checked");
    if (!changed || event.target.name.endsWith(".page")) {
      return;
    }
    const document_ = changed.querySelector(".beside-document input").value;
    const words = paper && paper.value !== ":another" ? paper.value : document_;
    for (const said of document.querySelectorAll("[data-as-before]")) {
      const beside = said.closest("[data-beside]");
      if (beside !== changed) {
        for (const other of beside.querySelectorAll("[type=radio]")) {
          other.checked = other.value === paper.value;
        }
        beside.querySelector(".beside-document input").value = document_;
        said.textContent = words && `${words}, as before`;
      }
    }
  });

  // A link to a field leads into it, from the panel and from the summary of errors alike.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#i-"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (field) {
      event.preventDefault();
      field.focus({ preventScroll: true });
      field.closest("fieldset").scrollIntoView({ block: "nearest" });
    }
  });

  // Keys of a question: 1 to 9 choose among its options, "p" goes to the page in the record. They never work
  // while a text is typed. With the focus beside a question that is alone on its page they are of that one.
  const options = (field) => field.querySelectorAll(".choices > .form-check > input");

  function choose(option) {
    option?.focus();
    option?.click();
    return option;
  }

  function toRecord(field) {
    const record = field.querySelector("[data-beside]");
    const inputs = record?.querySelectorAll("input:not([type=hidden])") ?? [];
    const last = inputs[inputs.length - 1];
    if (last) {
      record.open = true;
      last.focus();
      last.select(); // What is typed next takes the place of what stands there.
    }
    return last;
  }

  // The question itself has the focus as its page opens: from there on it answers the keys as an option would.
  function onQuestion(field, key) {
    if (key === "Enter") {
      field.form.requestSubmit();
      return true;
    }
    return (key === "ArrowDown" || key === "ArrowRight") && (options(field)[0]?.focus(), true);
  }

  function press(field, event) {
    const { target, key } = event;
    if (/^[1-9]$/.test(key)) {
      return choose(options(field)[Number(key) - 1]);
    }
    return key === "p" ? toRecord(field) : target === field && onQuestion(field, key);
  }

  document.querySelectorAll("[data-keys]").forEach((form) => {
    form.dataset.numbered = "";
  });
  const TYPED = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select";
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("[data-keys] fieldset") ?? document.querySelector("#question-form fieldset");
    const isFree = !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing);
    const takesKeys = !event.target.matches(TYPED) && !document.querySelector("dialog[open]");
    if (field && isFree && takesKeys && press(field, event)) {
      event.preventDefault();
    }
  });
})();
