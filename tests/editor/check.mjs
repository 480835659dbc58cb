// What an editor shows for files that name our schemas: a real YAML language server is asked, as an editor asks it.
//
// Each question is a file with a mark where the cursor stands. Files under `wrong/` have to be found wrong on the lines that
// say so, and on no other; the examples have to be found good.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { Server } from './server.mjs';

const here = new URL('.', import.meta.url);
const project = new URL('../../', here);
const schema = (name) => fileURLToPath(new URL(`schemas/${name}.schema.json`, project));
const CURSOR = '‸';

const server = await Server.start(
  fileURLToPath(new URL('node_modules/yaml-language-server/bin/yaml-language-server', here)),
  project.href,
);
let files = 0;
let checks = 0;

// Opens a text that names a schema. The line that names it is line 0.
async function open(name, text) {
  const uri = pathToFileURL(`/editor/${files++}.yaml`).href;
  const diagnostics = await server.open(uri, `# yaml-language-server: $schema=${schema(name)}\n${text}`);
  return { uri, diagnostics };
}

// What the server says about the place of the cursor.
async function ask(method, name, text) {
  const before = text.slice(0, text.indexOf(CURSOR)).split('\n');
  const { uri } = await open(name, text.replace(CURSOR, ''));
  const position = { line: before.length, character: before.at(-1).length };
  return server.request(`textDocument/${method}`, { textDocument: { uri }, position });
}

// That all of `wanted` is offered at the cursor and explained, and nothing of `unwanted` is offered.
async function offers(text, wanted, { name = 'app', unwanted = [], explained = true } = {}) {
  const { items } = await ask('completion', name, text);
  const labels = items.map((item) => item.label);
  for (const label of wanted) {
    const item = items.find((item) => item.label === label);
    assert(item, `\`${label}\` is not offered, only ${labels.join(', ')}, in\n${text}`);
    assert(!explained || item.documentation, `\`${label}\` is offered without a word about it, in\n${text}`);
  }
  for (const label of unwanted) assert(!labels.includes(label), `\`${label}\` is offered in\n${text}`);
  checks++;
  return items;
}

async function explains(text, pattern, name = 'app') {
  const hover = await ask('hover', name, text);
  assert.match(hover?.contents?.value ?? '', pattern, `in\n${text}`);
  checks++;
}

// That the lines of `text` with a mark are found wrong, and no others.
async function judges(name, text, what) {
  const { diagnostics } = await open(name, text);
  const found = diagnostics.map(({ range, message }) => ({ line: range.start.line - 1, message }));
  const wrong = text.split('\n').flatMap((line, number) => (line.includes('# wrong:') ? [number] : []));
  const lines = [...new Set(found.map(({ line }) => line))];
  assert.deepEqual(lines, wrong, `${what}: ${JSON.stringify(found)}`);
  checks++;
}

const below = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => `${entry.parentPath}/${entry.name}`);

// The top level.
await offers(CURSOR, ['name', 'description', 'tags', 'publish', 'queries', 'components']);
await offers(`name: A\npublish: ${CURSOR}\ncomponents: []\n`, ['true', 'false'], { explained: false });
await offers(`name: A\nprotectionLevel: ${CURSOR}\ncomponents: []\n`, ['direct_publish', 'approval_required'], { explained: false });

// Components: what there is, what each can be told, and with which words.
const inComponent = (lines) => `name: A\ncomponents:\n  - grid page:\n      children:\n${lines}`;
const offered = await offers(inComponent(`        - ${CURSOR}\n`), ['button', 'table', 'modal', 'grid', 'file'], {
  unwanted: ['properties', 'events', 'gridCell'],
});
const button = offered.find((item) => item.label === 'button');
assert.equal(
  button.textEdit?.newText ?? button.insertText,
  'button ${1:name}:\n  at: {col: ${2:0}, row: ${3:0}, w: ${4:4}, h: ${5:4}}\n  label: $6',
);
const inButton = (lines) => inComponent(`        - button save:\n            at: {col: 0, row: 0, w: 4, h: 4}\n${lines}`);
await offers(inButton(`            ${CURSOR}\n`), ['label', 'isVisible', 'isDisabled', 'level', 'events'], {
  unwanted: ['columns', 'at'],
});
await offers(inButton(`            level: ${CURSOR}\n`), ['default', 'danger', 'success'], { explained: false });
await offers(inButton(`            isLoading: ${CURSOR}\n`), ['true', 'false'], { explained: false });
await offers(inComponent(`        - button save:\n            at:\n              ${CURSOR}\n`), ['col', 'row', 'w', 'h', 'cell', 'visible']);
await offers(inComponent(`        - table rows:\n            columns:\n              - dataPath: a\n                ${CURSOR}\n`), ['header', 'formatter', 'isHidden']);
await offers(inComponent(`        - type: select\n          name: region\n          properties:\n            ${CURSOR}\n`), ['options', 'isMultiselect', 'isVisible']);
await explains(inButton(`            la${CURSOR}bel: Save\n`), /text on it/);
await explains(inComponent(`        - but${CURSOR}ton save: {label: Save}\n`), /A button/);

// Events: the reactions, and the fields of the one that was chosen.
const inEvent = (lines) => inButton(`            events:\n${lines}`);
await offers(inEvent(`              - ${CURSOR}\n`), ['when', 'do', 'triggerQuery', 'openModal', 'toastNotification']);
await offers(inEvent(`              - when: ${CURSOR}\n`), ['click', 'change', 'submit']);
await offers(inEvent(`              - when: click\n                do: ${CURSOR}\n`), ['triggerQuery', 'openModal', 'custom']);
await offers(inEvent(`              - when: click\n                do: triggerQuery\n                ${CURSOR}\n`), ['queryName'], {
  unwanted: ['modalName', 'callback'],
});
await offers(inEvent(`              - when: click\n                do: toastNotification\n                ${CURSOR}\n`), ['label', 'level']);
await explains(inEvent(`              - {when: click, do: trigger${CURSOR}Query, queryName: list}\n`), /Runs a query/);

// Queries.
const inQuery = (lines) => `name: A\ncomponents: []\nqueries:\n  list:\n${lines}`;
await offers(inQuery(`    ${CURSOR}\n`), ['action', 'connection', 'inputs', 'condition', 'js', 'events', 'type']);
await offers(inQuery(`    type: ${CURSOR}\n`), ['action', 'dataTransform', 'function', 'stateVariable']);
await offers(inQuery(`    type: stateVariable\n    ${CURSOR}\n`), ['defaultValue'], { unwanted: ['pollingIntervalInMs'] });
await explains(inQuery(`    action: a.b\n    onlyTrigger${CURSOR}Manually: true\n`), /only when an event triggers it/);

// Settings.
await offers(CURSOR, ['project', 'environments', 'policy', 'rules'], { name: 'settings' });
await offers(`project: a\nrules:\n  ${CURSOR}\n`, ['undefined-name', 'dangling-query'], { name: 'settings' });
await offers(`project: a\nrules:\n  undefined-name: ${CURSOR}\n`, ['error', 'warning', 'note'], { name: 'settings', explained: false });
await offers(`project: a\nsite: ${CURSOR}\n`, ['datadoghq.com', 'datadoghq.eu'], { name: 'settings', explained: false });

// Wrong files and good ones.
for (const name of ['app', 'settings']) {
  for (const file of below(fileURLToPath(new URL(`wrong/${name}`, here)))) await judges(name, readFileSync(file, 'utf8'), file);
}
for (const file of below(fileURLToPath(new URL('examples', project)))) {
  const name = file.endsWith('ddapps.yaml') ? 'settings' : 'app';
  await judges(name, readFileSync(file, 'utf8').replace(/^# yaml-language-server.*\n/, ''), file);
}
await judges('app', 'name: A\ncomponents:\n  - carousel slides: {speed: slow, isVisible: maybe}\n', 'an unknown type');

await server.stop();
console.log(`${checks} checks of what an editor shows: all well`);
