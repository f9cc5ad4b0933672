import { Agent, request } from 'node:http';

const CLIENTS = 8;

/** Clients of a GraphQL server on kept connections, each of which sends its next request when the last is answered. */
export class Clients {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });

  /** @param bodyOf what request `index` asks @throws Error unless each answer is 200 without errors */
  async send(url: string, count: number, bodyOf: (index: number) => unknown): Promise<void> {
    let next = 0;
    const client = async () => {
      while (next < count) {
        const index = next;
        next += 1;
        await this.sendOne(url, JSON.stringify(bodyOf(index)));
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
  }

  close(): void {
    this.agent.destroy();
  }

  private sendOne(url: string, body: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const call = request(`${url}/graphql`, { method: 'POST', agent: this.agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          if (response.statusCode === 200 && !text.includes('"errors"')) resolve();
          else reject(new Error(`The server answered ${response.statusCode}: ${text.slice(0, 200)}`));
        });
      });
      call.on('error', reject);
      call.end(body);
    });
  }
}
