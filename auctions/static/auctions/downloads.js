// Files of the API: fetched by script, since a link cannot say for which company it is asked.

import { download } from "./dom.js";
import { config, t } from "./text.js";

export async function fetched(address) {
  const answer = await fetch(address, { headers: { "X-Company": config.company, Accept: "application/json" } });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new Error(problem.detail || t("download_failed"));
}

document.addEventListener("click", async (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[data-api-download]") : null;
  if (!link) return;
  event.preventDefault();
  try {
    const address = new URL(link.href);
    if (link.dataset.zoned !== undefined) address.searchParams.set("zone", Intl.DateTimeFormat().resolvedOptions().timeZone);
    const answer = await fetched(address);
    download(link.dataset.apiDownload, await answer.blob(), answer.headers.get("Content-Type"));
  } catch (error) {
    window.ff.toast(error instanceof TypeError ? t("download_failed") : error.message, "bad");
  }
});
