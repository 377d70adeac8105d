// Portal behaviour. Every line here is a comfort: pages work as plain links and forms without it.
// htmx swaps the body, so listeners sit on the document and look for their element when needed.
'use strict';
const root = document.documentElement;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const on = (type, listener) => document.addEventListener(type, listener);

// ---- Announcements and toasts ----
const TOAST_MS = 5000;
function toast(text) {
  const live = document.getElementById('live');
  if (!live) return;
  const box = document.createElement('div');
  box.className = 'toast-box';
  box.textContent = text;
  live.append(box);
  setTimeout(() => box.remove(), TOAST_MS);
}
// The server's own toast is put in anew: only what is added to a live region is read out.
function showToasts() {
  for (const box of all('.toast-box[data-flash]')) {
    box.remove();
    toast(box.textContent);
  }
}

// ---- Copy buttons ----
on('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const wanted = button.dataset.copy;
  const text = wanted.startsWith('#') ? document.querySelector(wanted).textContent : wanted;
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

// ---- Theme: the cookie comes from the server, the page only changes colour ----
on('submit', (event) => {
  const form = event.target;
  if (form.id !== 'theme') return;
  event.preventDefault();
  fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual' });
  root.dataset.bsTheme = root.dataset.bsTheme === 'dark' ? 'light' : 'dark';
  form.elements.theme.value = root.dataset.bsTheme === 'dark' ? 'light' : 'dark';
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
function secretOf(form, type) {
  const field = form.querySelector(`[data-for=${type}] [data-secret]`);
  const isNew = field.querySelector('[value=new]').checked;
  return field.querySelector(isNew ? '.choice-new input' : '.choice-existing input').value;
}
function modelsOf(form, type) {
  const list = form.elements[`${type}_models`];
  if (list instanceof HTMLTextAreaElement) return list.value.split('\n').filter((line) => line.trim()).length;
  return all(`[name=${type}_models]:checked`, form).length;
}
function transcriptsOf(form) {
  const recorded = [['record_inputs', 'inputs'], ['record_outputs', 'outputs']];
  const words = recorded.filter(([name]) => form.elements[name].checked).map(([, word]) => word).join(', ');
  return words ? words[0].toUpperCase() + words.slice(1) : 'Off';
}
function summarize(form, edited) {
  const id = form.elements.name.value;
  const type = (form.querySelector('[name=type]:checked') ?? form.querySelector('[name=type][type=hidden]'))?.value;
  mark('name', form.elements.display_name.value.trim() && id, 'Enter a display name', edited);
  mark('type', type && form.querySelector(`[data-label-of=${type}]`).textContent, 'Choose a provider type', edited);
  for (const preview of all('.preview b', form)) preview.textContent = id || '…';
  const fact = (name, text) => { document.querySelector(`[data-fact=${name}]`).textContent = text; };
  const count = type ? modelsOf(form, type) : 0;
  fact('secret', (type && secretOf(form, type)) || '–');
  fact('models', count ? `${count} selected` : 'All');
  fact('transcripts', transcriptsOf(form));
  for (const selected of all('[data-selected]', form)) selected.textContent = `${modelsOf(form, selected.dataset.selected)} selected`;
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
  const rows = all('[data-model]', event.target.closest('.picker'));
  for (const row of rows) row.hidden = !row.dataset.model.toLowerCase().includes(wanted);
});
on('keydown', (event) => {
  if (event.key !== 'Enter' || !event.target.matches('[data-model-search]')) return;
  event.preventDefault();
  event.target.closest('.picker').querySelector('[name=add_model]').click();
});

// ---- After each page: the first wrong field gets the focus, the Summary its state ----
function settle() {
  showToasts();
  const form = document.getElementById('provider-form');
  if (form) {
    form.dataset.derive ??= String(!form.elements.name.readOnly && form.elements.name.value === slug(form.elements.display_name.value));
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
on('htmx:sendError', () => toast('The server cannot be reached. Nothing was saved.'));
