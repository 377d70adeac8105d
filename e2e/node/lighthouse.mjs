// Scores of pages as Lighthouse's desktop preset gives them: one JSON line for each run of each page.
// Arguments: the browser, the value of the Cookie header, how many runs a page has at most, the URLs.
import * as chromeLauncher from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';

const [chromePath, cookie, runs, ...urls] = process.argv.slice(2);
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
const GOOD = 95;

const chrome = await chromeLauncher.launch({
  chromePath,
  chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
try {
  for (const url of urls) {
    for (let run = 1; run <= Number(runs); run++) {
      const { lhr } = await lighthouse(
        url, { port: chrome.port, onlyCategories: CATEGORIES, extraHeaders: { Cookie: cookie } }, desktopConfig);
      const scores = Object.fromEntries(CATEGORIES.map((id) => [id, Math.round(lhr.categories[id].score * 100)]));
      const failed = Object.values(lhr.audits)
        .filter((audit) => audit.score !== null && audit.score < 0.9 && audit.scoreDisplayMode !== 'informative')
        .map((audit) => `${audit.id}${audit.displayValue ? ` (${audit.displayValue})` : ''}`);
      console.log(JSON.stringify({ url: lhr.finalDisplayedUrl, ...scores, failed }));
      // A busy machine is slow once; a heavy page is slow each time.
      if (Object.values(scores).every((score) => score >= GOOD)) break;
    }
  }
  console.log('done');
} finally {
  await chrome.kill();
}
