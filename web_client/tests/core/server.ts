/** A real HTTP and Socket.IO server on a free port, for the tests of API, connection and feed. */

import { createServer, type IncomingMessage, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type Socket } from "socket.io";

export interface Answer {
  status: number;
  body: unknown;
}

export interface TestServer {
  url: string;
  io: Server;
  /** Every request as `METHOD path`, in order. */
  requests: string[];
  close: () => Promise<void>;
}

export type Responder = (request: IncomingMessage, body: string) => Answer | Promise<Answer>;

export async function startServer(respond: Responder): Promise<TestServer> {
  const requests: string[] = [];
  const http: HttpServer = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      requests.push(`${request.method} ${request.url}`);
      void Promise.resolve(respond(request, Buffer.concat(chunks).toString())).then(({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      });
    });
  });
  const io = new Server(http, { transports: ["websocket"] });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  const close = async (): Promise<void> => {
    await io.close();
  };
  return { url: `http://127.0.0.1:${port}`, io, requests, close };
}

type Handler = (argument: Record<string, unknown>, socket: Socket) => unknown;

/** Acks with `{ok: true, ...result}`, or with the `WireFailure` that the handler throws. */
export function answerEvents(socket: Socket, handlers: Record<string, Handler>): void {
  for (const [name, handle] of Object.entries(handlers)) {
    socket.on(name, (argument: Record<string, unknown>, ack: (answer: unknown) => void) => {
      try {
        const result = handle(argument, socket);
        if (result !== undefined) ack({ ok: true, ...(result as object) });
      } catch (error) {
        ack({ ok: false, error });
      }
    });
  }
}

export async function until(holds: () => boolean, patience_ms = 4_000): Promise<void> {
  const deadline = Date.now() + patience_ms;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`did not come true within ${patience_ms} ms: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
