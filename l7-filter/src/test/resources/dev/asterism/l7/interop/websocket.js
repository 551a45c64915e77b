// A server of HTTP/2 that takes extended CONNECT (RFC 8441): it says how it was asked, and echoes messages.
const http2 = require('http2');

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

function frame(opcode, payload) {
    let head;
    if (payload.length < 126) {
        head = Buffer.from([0x80 | opcode, payload.length]);
    } else if (payload.length < 65536) {
        head = Buffer.from([0x80 | opcode, 126, 0, 0]);
        head.writeUInt16BE(payload.length, 2);
    } else {
        head = Buffer.from([0x80 | opcode, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
        head.writeUInt32BE(payload.length, 6);
    }
    return Buffer.concat([head, payload]);
}

// The first frame of what a client has sent, unmasked; undefined: it is not complete.
function firstFrame(bytes) {
    if (bytes.length < 2) {
        return undefined;
    }
    let length = bytes[1] & 127;
    let at = 2;
    if (length === 126 || length === 127) {
        at = length === 126 ? 4 : 10;
        if (bytes.length < at) {
            return undefined;
        }
        length = at === 4 ? bytes.readUInt16BE(2) : bytes.readUInt32BE(6);
    }
    if (bytes.length < at + 4 + length) {
        return undefined;
    }
    const payload = Buffer.from(bytes.subarray(at + 4, at + 4 + length));
    for (let i = 0; i < length; i++) {
        payload[i] ^= bytes[at + (i & 3)];
    }
    return {last: bytes[0] >= 0x80, opcode: bytes[0] & 15, payload, end: at + 4 + length};
}

function serve(stream, asked) {
    stream.respond({':status': 200, 'sec-websocket-protocol': asked['sec-websocket-protocol']});
    const how = [asked[':method'], asked[':protocol'], asked[':path']].join(' ');
    stream.write(frame(TEXT, Buffer.from(how)));
    let bytes = Buffer.alloc(0);
    let parts = [];
    let opcode = BINARY;
    stream.on('data', more => {
        bytes = Buffer.concat([bytes, more]);
        for (let next = firstFrame(bytes); next; next = firstFrame(bytes)) {
            bytes = bytes.subarray(next.end);
            if (next.opcode === CLOSE) {
                stream.end(frame(CLOSE, next.payload));
            } else if (next.opcode === PING) {
                stream.write(frame(PONG, next.payload));
            } else {
                opcode = next.opcode || opcode; // 0 goes on
                parts.push(next.payload);
                if (next.last) {
                    stream.write(frame(opcode, Buffer.concat(parts)));
                    parts = [];
                }
            }
        }
    });
    stream.on('error', () => stream.destroy());
}

const server = http2.createServer({settings: {enableConnectProtocol: true}});
server.on('stream', (stream, headers) => {
    if (headers[':method'] === 'CONNECT' && headers[':protocol'] === 'websocket') {
        serve(stream, headers);
    } else {
        stream.respond({':status': 400});
        stream.end();
    }
});
server.listen(0, '127.0.0.1', () => console.log('PORTS', server.address().port));
// Ends with the test.
process.stdin.on('end', () => process.exit(0)).resume();
