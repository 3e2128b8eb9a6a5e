// A plain chat relay as people write it: one insert a message, awaited, then the ack and the room.
// RELAY_DATABASE is the address of a MongoDB; without it nothing is stored.
import { createServer } from "node:http";
import { MongoClient } from "mongodb";
import { Server } from "socket.io";

const address = process.env.RELAY_DATABASE;
let messages = null;
if (address) {
  const client = new MongoClient(address, { writeConcern: { w: "majority", journal: true }, retryWrites: false });
  await client.connect();
  messages = client.db("relay").collection("messages");
  await messages.insertOne({ text: "the collection exists before anything is measured" });
}

let stored = 0;
const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false, pingInterval: 8000, pingTimeout: 7000 });

io.on("connection", (socket) => {
  socket.join(socket.handshake.auth.token);
  socket.on("message:send", async ({ session_id, cmid, text }, ack) => {
    const message = { session_id, cmid, text, seq: ++stored, created_at: new Date().toISOString() };
    if (messages) await messages.insertOne({ ...message });
    ack({ ok: true, cmid, seq: message.seq, created_at: message.created_at });
    io.to(session_id).emit("message", { message });
  });
});

http.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("ready"));
process.on("SIGTERM", () => process.exit(0));
