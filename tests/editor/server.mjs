// A language server over stdio: as much of the protocol as an editor needs to open a file and ask about a place in it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

export class Server {
  #process;
  #next = 1;
  #waiting = new Map();
  #diagnostics = new Map();
  #buffer = Buffer.alloc(0);

  static async start(program, root) {
    const server = new Server();
    server.#process = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    server.#process.stdout.on('data', (data) => server.#receive(data));
    const completionItem = { snippetSupport: true, documentationFormat: ['markdown'] };
    const { capabilities } = await server.request('initialize', {
      processId: process.pid,
      rootUri: root,
      capabilities: { textDocument: { completion: { completionItem }, hover: { contentFormat: ['markdown'] } } },
    });
    server.notify('initialized', {});
    // Nothing is fetched from anywhere.
    const settings = { yaml: { schemaStore: { enable: false }, completion: true, hover: true, validate: true } };
    server.notify('workspace/didChangeConfiguration', { settings });
    return Object.assign(server, { capabilities });
  }

  request(method, params) {
    const id = this.#next++;
    this.#send({ id, method, params });
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  notify(method, params) {
    this.#send({ method, params });
  }

  // Opens a file and waits for what the server has to say about it.
  async open(uri, text) {
    const said = new Promise((resolve) => this.#diagnostics.set(uri, resolve));
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
    return said;
  }

  async stop() {
    const gone = once(this.#process, 'exit');
    await this.request('shutdown');
    this.notify('exit');
    await gone;
  }

  #send(message) {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #receive(data) {
    this.#buffer = Buffer.concat([this.#buffer, data]);
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.subarray(0, end))[1]);
      if (this.#buffer.length < end + 4 + length) return;
      const body = this.#buffer.subarray(end + 4, end + 4 + length);
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#take(JSON.parse(body));
    }
  }

  #take({ id, method, params, result, error }) {
    if (method === 'textDocument/publishDiagnostics') {
      this.#diagnostics.get(params.uri)?.(params.diagnostics);
    } else if (method && id !== undefined) {
      // Questions about our settings: those that were sent are all.
      this.#send({ id, result: method === 'workspace/configuration' ? params.items.map(() => null) : null });
    } else if (id !== undefined) {
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      error ? reject(new Error(error.message)) : resolve(result);
    }
  }
}
