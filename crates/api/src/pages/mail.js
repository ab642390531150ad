// Sends the form of a page that a mailed link leads to, with the token of the link, to the page's own path.
document.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const token = form.dataset.token;
  const body = { [token]: new URLSearchParams(location.search).get(token) ?? "", ...Object.fromEntries(new FormData(form)) };
  const status = document.querySelector("[role=status]");
  try {
    const response = await fetch(location.pathname, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    status.textContent = answer.message ?? answer.detail?.error ?? answer.detail;
    form.hidden = response.ok;
  } catch {
    status.textContent = "The server cannot be reached. Try again.";
  }
});
