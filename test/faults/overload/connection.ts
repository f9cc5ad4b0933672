import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** What waits for the answer of a connection. */
interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A kept connection that sends one POST at a time. It knows no more of HTTP than the answers of a server need, and so takes a fraction of
 * the processor time of Node's own client: a crowd must cost less than the server that it overruns, on the same machine.
 */
export class Connection {
  private readonly url: URL;
  private socket: Socket | null = null;
  private waiting: Waiting | null = null;
  private received = '';

  constructor(url: URL) {
    this.url = url;
  }

  /** @throws Error when the connection ends without an answer */
  post(body: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket ??= this.open();
      const head = `POST ${this.url.pathname} HTTP/1.1\r\nhost: ${this.url.host}\r\ncontent-type: application/json\r\n`;
      this.socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
  }

  close(): void {
    this.socket?.destroy();
  }

  private open(): Socket {
    const socket = connect(Number(this.url.port), this.url.hostname).setNoDelay(true).setEncoding('latin1');
    let reason = 'ended without an answer';
    socket.on('data', (part: string) => this.read(part));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      reason = error.code ?? error.message;
    });
    socket.on('close', () => {
      this.socket = null;
      this.received = '';
      this.waiting?.reject(new Error(reason));
      this.waiting = null;
    });
    return socket;
  }

  private read(part: string): void {
    this.received += part;
    const end = this.received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.received.slice(0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.received.length < end + 4 + length) return;
    const answer = { status: Number(head.slice(9, 12)), text: this.received.slice(end + 4) };
    const { waiting } = this;
    this.received = '';
    this.waiting = null;
    if (/\r\nconnection: close/i.test(head)) {
      this.socket?.destroy();
      this.socket = null;
    }
    waiting?.resolve(answer);
  }
}
