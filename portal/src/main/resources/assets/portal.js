// Portal behaviour. Every line here is a comfort: pages work as plain links and forms without it.
// htmx swaps the body, so listeners sit on the document and look for their element when needed.
'use strict';
const root = document.documentElement;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const on = (type, listener) => document.addEventListener(type, listener);

// ---- Announcements and toasts ----
const TOAST_MS = 5000;
const element = (tag, properties) => Object.assign(document.createElement(tag), properties);
// Beside an open dialog nothing is read out or can be pressed.
function liveRegion() {
  const dialog = document.querySelector('dialog:modal');
  if (!dialog) return document.getElementById('live');
  return dialog.querySelector('.toasts') ?? dialog.appendChild(element('div', { className: 'toasts', role: 'status' }));
}
function toast(text) {
  const box = element('div', { className: 'toast-box', textContent: text });
  liveRegion()?.append(box);
  setTimeout(() => box.remove(), TOAST_MS);
}
// What went wrong stays until it was read; the same again takes its place.
function problemToast(text, link = null) {
  for (const box of all('.toast-box')) if (box.dataset.problem === text) box.remove();
  const box = element('div', { className: 'toast-box', textContent: text });
  box.dataset.problem = text;
  if (link) box.append(' ', element('a', link));
  const close = element('button', { type: 'button', textContent: 'Close' });
  close.addEventListener('click', () => box.remove());
  box.append(' ', close);
  liveRegion()?.append(box);
}
// The server's own toast is put in anew: only what is added to a live region is read out.
function showToasts() {
  for (const box of all('.toast-box[data-flash]')) {
    box.remove();
    toast(box.textContent);
  }
}

// ---- Copy buttons: a row of the list of providers says its name only once, in its link ----
function proxyUrl(button) {
  const name = button.closest('tr').querySelector('a').pathname.split('/').pop();
  return `${button.closest('[data-copy-base]').dataset.copyBase}/${name}`;
}
on('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const wanted = button.dataset.copy;
  const code = button.closest('.code')?.querySelector('pre code'); // Too long to stand there twice.
  const text = !wanted ? proxyUrl(button) : code ? code.textContent : wanted;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    toast('The browser does not allow copying here');
    return;
  }
  button.classList.add('done');
  toast('Copied');
  setTimeout(() => button.classList.remove('done'), 1500);
});

// ---- Menus close on Escape and on a click outside ----
on('click', (event) => {
  for (const menu of all('details.menu[open]')) if (!menu.contains(event.target)) menu.open = false;
});
on('keydown', (event) => {
  const menu = event.key === 'Escape' && document.querySelector('details.menu[open]');
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});

// ---- A link to what is folded away unfolds it ----
on('click', (event) => {
  const link = event.target.closest('a[href^="#"]');
  const fold = link && document.querySelector(link.hash)?.closest('details');
  if (fold) fold.open = true;
});

// ---- Theme: the cookie comes from the server, the page only changes colour ----
on('submit', (event) => {
  const form = event.target;
  if (form.id !== 'theme') return;
  event.preventDefault();
  fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual' });
  root.dataset.bsTheme = root.dataset.bsTheme === 'dark' ? 'light' : 'dark';
  form.elements.theme.value = root.dataset.bsTheme === 'dark' ? 'light' : 'dark';
  drawCharts();
});

// ---- Forms that send themselves when a choice changes ----
on('change', (event) => {
  if (event.target.matches('[data-submit]')) event.target.form.requestSubmit();
});

// ---- Provider form: Resource ID follows Display name until edited; Summary follows both ----
function slug(text) {
  const plain = text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+/, '').slice(0, 63).replace(/-+$/, '');
}
function mark(step, value, missing, edited) {
  const item = document.querySelector(`[data-step=${step}]`);
  if (edited) item.classList.remove('wrong');
  item.classList.toggle('todo', !value && !item.classList.contains('wrong'));
  const text = item.querySelector('span');
  text.textContent = value || missing;
  text.classList.toggle('mono', step === 'name' && Boolean(value));
}
function secretOf(form, id) {
  const field = form.elements[id].closest('[data-secret]');
  const isNew = field.querySelector('[value=new]')?.checked;
  return field.querySelector(isNew ? '.choice-new input' : `[name=${id}]`).value;
}
// One a line where a list is long: all of it, or what a part of its table does not show.
const lines = (fields) => fields.flatMap((field) => field.value.split('\n')).map((line) => line.trim()).filter(Boolean);
const modelsOf = (form, type) => lines(all(`textarea[name=${type}_models], [name=${type}_models]:checked`, form));
function overridesOf(form, type) {
  const listed = new Set(modelsOf(form, type));
  const priced = lines(all(`[name=${type}_rate]`, form)).map((rate) => rate.split(' ').slice(2).join(' '));
  return new Set(priced.filter((model) => listed.has(model))).size;
}
function transcriptsOf(form) {
  const recorded = [['record_inputs', 'inputs'], ['record_outputs', 'outputs']];
  const words = recorded.filter(([name]) => form.elements[name].checked).map(([, word]) => word).join(', ');
  return words ? words[0].toUpperCase() + words.slice(1) : 'Off';
}
const summary = {
  secretOf: secretOf,
  valueOf: (form, id) => form.elements[id].value,
  labelOfChoice: (form, name) => form.querySelector(`[name=${name}]:checked`).parentElement.textContent.trim(),
};
function summarize(form, edited) {
  const id = form.elements.name.value;
  const type = (form.querySelector('[name=type]:checked') ?? form.querySelector('[name=type][type=hidden]'))?.value;
  mark('name', form.elements.display_name.value.trim() && id, 'Enter a display name', edited);
  mark('type', type && form.querySelector(`[data-label-of=${type}]`).textContent, 'Choose a provider type', edited);
  for (const preview of all('.preview b', form)) preview.textContent = id || '…';
  for (const [kind, text] of Object.entries(summary)) {
    const attribute = kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    for (const fact of all(`[data-${attribute}]`)) {
      if (form.elements[fact.dataset[kind]]) fact.textContent = text(form, fact.dataset[kind]) || '–';
    }
  }
  const fact = (name, text, shown) => {
    const value = document.querySelector(`[data-fact=${name}]`);
    value.textContent = text;
    value.parentElement.hidden = !shown;
  };
  const count = type ? modelsOf(form, type).length : 0;
  const overrides = type ? overridesOf(form, type) : 0;
  fact('models', count ? `${count} selected` : 'All', true);
  fact('overrides', overrides === 1 ? '1 model' : `${overrides} models`, overrides > 0);
  fact('transcripts', transcriptsOf(form), true);
  for (const selected of all('[data-selected]', form)) selected.textContent = `${modelsOf(form, selected.dataset.selected).length} selected`;
  document.getElementById('save').setAttribute('aria-disabled', String(!(type && id && form.elements.display_name.value.trim())));
}
on('input', (event) => {
  const form = event.target.form;
  if (form?.id !== 'provider-form') return;
  const { display_name: display, name: id } = form.elements;
  if (event.target === id) form.dataset.derive = String(!id.value);
  if (event.target === display && form.dataset.derive === 'true') id.value = slug(display.value);
  summarize(form, true);
});
on('click', (event) => {
  const button = event.target.closest('#save[aria-disabled=true]');
  if (!button) return;
  event.preventDefault();
  const { display_name: display, name: id } = button.form.elements;
  const missing = [display, id].find((field) => !field.value.trim()) ?? button.form.querySelector('[name=type]');
  missing.focus();
});

// ---- Model picker: narrow the rows by the typed text; Enter adds what was typed ----
on('input', (event) => {
  if (!event.target.matches('[data-model-search]')) return;
  const wanted = event.target.value.trim().toLowerCase();
  const boxes = all('tbody [type=checkbox]', event.target.closest('.picker'));
  for (const box of boxes) box.closest('tr').hidden = !box.value.toLowerCase().includes(wanted);
});
// Enter means the nearest button, not the one that saves the whole form.
on('keydown', (event) => {
  if (event.key !== 'Enter' || !event.target.matches('input')) return;
  const button = event.target.matches('[data-model-search]') ? event.target.closest('.picker').querySelector('[name=add_model]')
    : event.target.closest('[data-enter]')?.querySelector(`[name=${event.target.closest('[data-enter]').dataset.enter}]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

// ---- Dialogs: the server sends them open; here they become modal, and closing takes them away ----
function openDialogs() {
  for (const dialog of all('dialog[open]:not(:modal)')) {
    dialog.close();
    dialog.showModal();
    (dialog.querySelector('.is-invalid') ?? dialog.querySelector('[autofocus]'))?.focus();
  }
}
document.addEventListener('close', ({ target: dialog }) => {
  if (dialog.open) return;
  const model = dialog.querySelector('[name=pricing_model]')?.value;
  document.getElementById('live')?.append(...all('.toast-box', dialog)); // They stay until they were read.
  const picker = dialog.closest('.picker'); // Another type's may have a model of the same name.
  dialog.remove();
  const pencil = picker && all('[name=price]', picker).find((button) => button.value === model);
  pencil?.focus(); // The one that opened it has been replaced together with the list.
}, true);

// ---- Charts: drawn from the tables of values below them; colours come from the style sheet ----
const css = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
// Marks of an axis are cents, or less where the whole axis is less; never the same twice.
const dollars = (n) => '$' + (n >= 1000 ? compact.format(n) : n.toLocaleString('en-US', { minimumFractionDigits: n % 1 ? 2 : 0, maximumFractionDigits: 8 }));
const stripes = (gap, rotation) => (color) => ({ symbol: 'rect', dashArrayX: [1, 0], dashArrayY: gap, rotation, color });
const dots = (symbolSize, gap) => (color) => (
  { symbol: 'circle', symbolSize, dashArrayX: [[gap, gap], [0, gap, gap, 0]], dashArrayY: [gap - 2, 0], color });
// What tells series of one colour apart, as .hatch-0 to .hatch-7 do in the legend.
const hatches = [
  () => null, stripes([2.5, 4], -Math.PI / 4), dots(0.7, 6), stripes([2, 3], 0),
  stripes([2.5, 4], Math.PI / 4), stripes([2, 3], Math.PI / 2), dots(0.9, 9), stripes([2, 7], 0),
];
const number = (cell) => Number(cell.textContent.replace(/[^0-9.]/g, ''));
function tooltip(points, heads, row) {
  const box = document.createElement('div');
  box.className = 'tooltip-box';
  const line = (className, label, value) => {
    const entry = box.appendChild(document.createElement('div'));
    if (className) entry.appendChild(document.createElement('i')).className = className;
    entry.appendChild(document.createElement('span')).textContent = label;
    entry.appendChild(document.createElement('b')).textContent = value;
  };
  line('', row.cells[0].textContent, row.cells[row.cells.length - 1].textContent);
  for (const { seriesIndex: i } of [...points].reverse()) {
    const { kind, hatch } = heads[i].dataset;
    if (number(row.cells[i + 1])) line(`swatch t-${kind} hatch-${hatch}`, heads[i].textContent, row.cells[i + 1].textContent);
  }
  return box;
}
function chartOptions(table, money, title, width) {
  const heads = all('th[data-kind]', table);
  const rows = all('tbody tr', table);
  const every = Math.max(1, Math.ceil(rows.length * 64 / width));
  const label = { color: css('text-3'), fontSize: 11, fontFamily: css('tblr-font-sans-serif') };
  return {
    animation: false,
    aria: { enabled: true, label: { description: `${title}: a chart of the table of values below` } },
    grid: { left: 4, right: 4, top: 12, bottom: 0, containLabel: true },
    legend: { show: false },
    brush: { xAxisIndex: 0, brushMode: 'single', brushStyle: { color: css('accent-soft'), borderColor: css('accent'), opacity: 0.5 } },
    toolbox: { show: false },
    tooltip: {
      trigger: 'axis', axisPointer: { type: 'shadow', z: 0, shadowStyle: { color: css('hover'), opacity: 1 } },
      padding: 0, borderWidth: 0, backgroundColor: 'transparent', extraCssText: 'box-shadow:none', transitionDuration: 0, confine: true,
      formatter: (points) => tooltip(points, heads, rows[points[0].dataIndex]),
    },
    xAxis: {
      type: 'category', data: rows.map((row) => row.cells[0].textContent), axisTick: { show: false },
      axisLine: { lineStyle: { color: css('line-strong') } }, axisLabel: { ...label, margin: 10, interval: (index) => index % every === 0 },
    },
    yAxis: {
      type: 'value', splitNumber: 4, minInterval: money ? 0 : 1, splitLine: { lineStyle: { color: css('line') } },
      axisLabel: { ...label, margin: 12, formatter: money ? dollars : (n) => compact.format(n) },
    },
    series: heads.map((head, i) => ({
      name: String(i), type: 'bar', stack: 'all', barCategoryGap: '26%', emphasis: { disabled: true },
      data: rows.map((row) => number(row.cells[i + 1])),
      itemStyle: {
        color: css(head.dataset.kind), borderColor: css('surface'), borderWidth: 0.75, decal: hatches[head.dataset.hatch](css('hatch')),
      },
    })),
  };
}
function drawChart(element) {
  const table = document.querySelector(`#values-${element.dataset.chart} table`);
  if (!table || !globalThis.echarts) return;
  let chart = echarts.getInstanceByDom(element);
  if (!chart) {
    chart = echarts.init(element, null, { renderer: 'svg' });
    chart.on('brushEnd', ({ areas: [area] }) => area && zoom(area.coordRange));
  }
  chart.setOption(chartOptions(table, element.dataset.chart === 'spend', element.dataset.title, element.clientWidth), true);
  chart.dispatchAction({ type: 'takeGlobalCursor', key: 'brush', brushOption: { brushType: 'lineX' } });
  const heads = all('th[data-kind]', table);
  for (const button of all('.legend[aria-pressed=false]')) {
    const { dataset: { series }, nextElementSibling: name } = button;
    // Requests have no token types: their only series is another one than the first of the legend.
    if (heads[series]?.textContent === name.textContent) chart.dispatchAction({ type: 'legendUnSelect', name: series });
  }
}
// A stretch of the chart becomes a custom range.
function zoom([first, last]) {
  const times = document.getElementById('costs').dataset.boundaries.split(' ');
  const iso = (index) => new Date(times[index] * 1000).toISOString().replace('.000', '');
  const url = new URL(location);
  url.searchParams.delete('range');
  url.searchParams.set('customStart', iso(Math.max(0, first)));
  url.searchParams.set('customEnd', iso(Math.min(times.length - 1, last + 1)));
  location.assign(url);
}
function drawCharts() {
  const costs = document.getElementById('costs');
  if (!costs) return;
  if (globalThis.echarts) {
    all('[data-chart]', costs).forEach(drawChart);
  } else if (!document.querySelector('script[data-echarts]')) {
    const script = document.head.appendChild(document.createElement('script'));
    script.dataset.echarts = '';
    script.onload = drawCharts;
    script.src = costs.dataset.echarts;
  }
}
on('click', (event) => {
  const button = event.target.closest('.legend');
  if (!button) return;
  button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
  drawCharts();
});
addEventListener('resize', () => {
  for (const element of all('[data-chart]')) globalThis.echarts?.getInstanceByDom(element)?.resize();
  drawCharts();
});
// Costs are in the viewer's time zone: the link to them says which, and a visit that does not say it starts again.
function tellZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;
  for (const link of all('a[href="/cost"]')) link.search = new URLSearchParams({ tz: zone });
  if (document.getElementById('costs')?.dataset.zone !== 'none') return;
  const url = new URL(location);
  url.searchParams.set('tz', zone);
  location.replace(url);
}

// ---- After each page: the first wrong field gets the focus, the Summary its state ----
function settle() {
  showToasts();
  openDialogs();
  tellZone();
  drawCharts();
  const form = document.getElementById('provider-form');
  if (form) {
    const { display_name: display, name: id } = form.elements;
    const blank = !id.value && !id.classList.contains('is-invalid'); // What was typed before this came counts too.
    form.dataset.derive ??= String(!id.readOnly && (blank || id.value === slug(display.value)));
    if (blank && form.dataset.derive === 'true') id.value = slug(display.value);
    summarize(form, false);
  }
}
function focusFirstError() {
  document.querySelector('.is-invalid')?.focus();
}
settle();
focusFirstError();
on('htmx:afterSettle', (event) => {
  settle();
  if (event.target === document.body) focusFirstError();
});
// The type choice and the switches change what is shown, not what is typed.
on('change', (event) => {
  if (event.target.form?.id === 'provider-form') summarize(event.target.form, true);
});
// Without an answer there is no page to swap in: say so.
on('htmx:sendError', () => problemToast('The server cannot be reached. Nothing was saved.'));
// An error page takes the place of a page, but neither of a form with all that is typed there nor of a part.
on('htmx:beforeSwap', (event) => {
  const { xhr, requestConfig, target } = event.detail;
  if (xhr.status < 400 || (requestConfig.verb === 'get' && target === document.body)) return;
  const answer = new DOMParser().parseFromString(xhr.response, 'text/html');
  const problem = answer.getElementById('problem');
  const isOurs = answer.getElementById('main') || (target.id && answer.getElementById(target.id));
  if (isOurs && !problem) return; // The form again, with what is wrong.
  event.detail.shouldSwap = false;
  if (xhr.getResponseHeader('HX-Trigger')?.includes('session-ended')) return; // That says so itself.
  if (!problem) { // A proxy's page, for example.
    problemToast(`The server does not answer as it should (status ${xhr.status}). Nothing was saved.`);
    return;
  }
  const reference = problem.parentElement.querySelector('p.faint')?.textContent ?? '';
  problemToast(`${problem.textContent}. ${problem.nextElementSibling.textContent} ${reference}`.trim());
});
// A session that ends takes no form away: it is sent again with the token of the next session.
on('session-ended', () => problemToast(
  'Your session has ended. What you have typed is still here: sign in in another tab, then send it again.',
  { href: '/sign-in', target: '_blank', textContent: 'Sign in' },
));
on('form-token', (event) => {
  for (const field of all('input[name=csrf]')) field.value = event.detail.value;
});
// The way back to what is gone, or to a session that is over: the browser shows what the server says.
on('htmx:historyCacheMissLoadError', () => location.reload());
