"use strict";

// A security key. The button says what it asks of the key: <button data-key="add" data-credential="id of the field">
(() => {
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const notice = document.getElementById("notice");
    notice.textContent = "The security key did not answer, or this browser has none. Try again, or use another way.";
    notice.hidden = false;
  });

  document.querySelectorAll("[data-key]").forEach((button) => {
    const ids = { data: "js_data", credential: button.dataset.credential };
    const forms = window.allauth.webauthn.forms;
    if (button.dataset.key === "add") {
      forms.addForm({ ids: { ...ids, add: button.id } });
    } else {
      forms.authenticateForm({ ids: { ...ids, authenticate: button.id } });
    }
  });
})();
