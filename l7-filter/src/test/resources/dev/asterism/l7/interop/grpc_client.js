// gRPC's interop cases (described in the repository grpc/grpc) for @grpc/grpc-js, which publishes no client for them.
// node grpc_client.js FOLDER PORT: one line for each case; the messages of grpc.testing are written by hand.
"use strict";
const assert = require("node:assert");
const grpc = require(process.argv[2] + "/node_modules/@grpc/grpc-js");

const client = new grpc.Client("127.0.0.1:" + process.argv[3], grpc.credentials.createInsecure());
const same = (bytes) => bytes;
const method = (name) => "/grpc.testing.TestService/" + name;

function varint(n) {
  const out = [];
  for (; n > 127; n = Math.floor(n / 128)) out.push((n % 128) | 128);
  return Buffer.from([...out, n]);
}
const number = (field, n) => Buffer.concat([varint(field * 8), varint(n)]);
const bytes = (field, b) => Buffer.concat([varint(field * 8 + 2), varint(b.length), b]);
const payload = (field, size) => bytes(field, bytes(2, Buffer.alloc(size)));
const status = (code, text) => bytes(7, Buffer.concat([number(1, code), bytes(2, Buffer.from(text))]));
const request = (size, body) => Buffer.concat([number(2, size), payload(3, body)]);
const wanted = (size) => bytes(2, number(1, size));

// The field's values: numbers, and bytes of what is nested.
function read(message, field) {
  const found = [];
  let at = 0;
  const next = () => {
    let n = 0;
    for (let shift = 1; ; shift *= 128) {
      const b = message[at++];
      n += (b & 127) * shift;
      if (b < 128) return n;
    }
  };
  while (at < message.length) {
    const key = next();
    const n = next();
    if ((key & 7) === 2) at += n;
    if (key >> 3 === field) found.push((key & 7) === 2 ? message.subarray(at - n, at) : n);
  }
  return found;
}
const size = (message) => read(read(message, 1)[0], 2)[0].length;

function unary(name, message, more = {}) {
  return new Promise((resolve, reject) => {
    const call = client.makeUnaryRequest(method(name), same, same, message, more.metadata ?? new grpc.Metadata(),
      (error, answer) => (error ? reject(error) : resolve({ answer, seen })));
    const seen = {};
    call.on("metadata", (m) => (seen.initial = m));
    call.on("status", (s) => (seen.trailing = s.metadata));
  });
}

// Sends the next request when the answer to the last is there; the sizes of the answers.
function duplex(requests, options = {}, whenAnswered = () => {}) {
  return new Promise((resolve, reject) => {
    const call = client.makeBidiStreamRequest(method("FullDuplexCall"), same, same, options);
    const sizes = [];
    let sent = 0;
    const send = () => (sent < requests.length ? call.write(requests[sent++]) : call.end());
    call.on("data", (message) => {
      sizes.push(size(message));
      whenAnswered(call);
      send();
    });
    call.on("error", reject);
    call.on("status", (s) => s.code === 0 && resolve(sizes));
    send();
  });
}

async function fails(promise, code) {
  const error = await promise.then((v) => assert.fail("answered " + v), (e) => e);
  assert.strictEqual(error.code, code, error.message);
  return error;
}

const SENT = [27182, 8, 1828, 45904];
const TAKEN = [31415, 9, 2653, 58979];

const cases = {
  async empty_unary() {
    assert.strictEqual((await unary("EmptyCall", Buffer.alloc(0))).answer.length, 0);
  },
  async large_unary() {
    assert.strictEqual(size((await unary("UnaryCall", request(314159, 271828))).answer), 314159);
  },
  async client_streaming() {
    const sum = await new Promise((resolve, reject) => {
      const call = client.makeClientStreamRequest(method("StreamingInputCall"), same, same,
        (error, answer) => (error ? reject(error) : resolve(read(answer, 1)[0])));
      SENT.forEach((n) => call.write(payload(1, n)));
      call.end();
    });
    assert.strictEqual(sum, 74922);
  },
  async server_streaming() {
    const sizes = await new Promise((resolve, reject) => {
      const call = client.makeServerStreamRequest(method("StreamingOutputCall"), same, same,
        Buffer.concat(TAKEN.map(wanted)));
      const seen = [];
      call.on("data", (message) => seen.push(size(message)));
      call.on("error", reject);
      call.on("end", () => resolve(seen));
    });
    assert.deepStrictEqual(sizes, TAKEN);
  },
  async ping_pong() {
    const requests = TAKEN.map((n, i) => Buffer.concat([wanted(n), payload(3, SENT[i])]));
    assert.deepStrictEqual(await duplex(requests), TAKEN);
  },
  async empty_stream() {
    assert.deepStrictEqual(await duplex([]), []);
  },
  async custom_metadata() {
    const metadata = new grpc.Metadata();
    metadata.set("x-grpc-test-echo-initial", "test_initial_metadata_value");
    metadata.set("x-grpc-test-echo-trailing-bin", Buffer.from("ababab", "hex"));
    const { seen } = await unary("UnaryCall", request(314159, 271828), { metadata });
    assert.deepStrictEqual(seen.initial.get("x-grpc-test-echo-initial"), ["test_initial_metadata_value"]);
    assert.strictEqual(seen.trailing.get("x-grpc-test-echo-trailing-bin")[0].toString("hex"), "ababab");
  },
  async status_code_and_message() {
    const error = await fails(unary("UnaryCall", status(2, "test status message")), grpc.status.UNKNOWN);
    assert.strictEqual(error.details, "test status message");
    await fails(duplex([status(2, "test status message")]), grpc.status.UNKNOWN);
  },
  async special_status_message() {
    const text = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \ud83d\ude08\t\n";
    assert.strictEqual((await fails(unary("UnaryCall", status(2, text)), grpc.status.UNKNOWN)).details, text);
  },
  async unimplemented_method() {
    await fails(unary("UnimplementedCall", Buffer.alloc(0)), grpc.status.UNIMPLEMENTED);
  },
  async cancel_after_begin() {
    const call = client.makeClientStreamRequest(method("StreamingInputCall"), same, same, () => {});
    call.cancel();
    const seen = await new Promise((resolve) => call.on("status", resolve));
    assert.strictEqual(seen.code, grpc.status.CANCELLED);
  },
  async cancel_after_first_response() {
    const first = Buffer.concat([wanted(TAKEN[0]), payload(3, SENT[0])]);
    await fails(duplex([first, first], {}, (call) => call.cancel()), grpc.status.CANCELLED);
  },
  async timeout_on_sleeping_server() {
    await fails(duplex([payload(3, SENT[0])], { deadline: Date.now() + 1 }), grpc.status.DEADLINE_EXCEEDED);
  },
};

(async () => {
  for (const [name, run] of Object.entries(cases)) {
    try {
      await run();
      console.log("ok " + name);
    } catch (error) {
      console.log("FAILED " + name + ": " + error.message);
    }
  }
  client.close();
})();
