// The calls of the client and server matrix in Node: BASE 1|2 FILE, of which the last is the body that is sent.
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const http2 = require('http2');

const [, , base, protocol, file] = process.argv;
const body = fs.readFileSync(file);
const sha = bytes => crypto.createHash('sha256').update(bytes).digest('hex');

let opened = 0;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

// Answers {status, headers, body}; a list is sent part by part, without a length.
function overHttp1(method, path, headers, sent) {
    return new Promise((resolve, reject) => {
        const whole = sent === undefined || Buffer.isBuffer(sent);
        const length = Buffer.isBuffer(sent) ? { 'Content-Length': sent.length } : {};
        const closes = headers.connection === 'close';
        const request = http.request(base + path, { method, agent: closes ? false : agent, headers: { ...length, ...headers } });
        request.on('error', reject);
        request.on('socket', socket => {
            if (!socket.counted) {
                socket.counted = true;
                opened++;
            }
        });
        request.on('response', response => {
            const parts = [];
            response.on('data', part => parts.push(part));
            response.on('error', reject);
            response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }));
        });
        for (const part of whole ? [] : sent) {
            request.write(part);
        }
        request.end(whole ? sent : undefined);
    });
}

let session;
function overHttp2(method, path, headers, sent) {
    return new Promise((resolve, reject) => {
        if (session === undefined || session.closed) {
            session = http2.connect(base);
            session.on('error', reject);
            opened++;
        }
        const whole = sent === undefined || Buffer.isBuffer(sent);
        const length = Buffer.isBuffer(sent) ? { 'content-length': sent.length } : {};
        const { connection, ...others } = headers;
        const stream = session.request({ ':method': method, ':path': path, ...length, ...others }, { endStream: sent === undefined });
        let answer;
        const parts = [];
        stream.on('response', fields => { answer = fields; });
        stream.on('data', part => parts.push(part));
        stream.on('error', reject);
        stream.on('end', () => {
            if (connection === 'close') {
                session.close();
            }
            resolve({ status: answer[':status'], headers: answer, body: Buffer.concat(parts) });
        });
        for (const part of whole ? [] : sent) {
            stream.write(part);
        }
        if (sent !== undefined) {
            stream.end(whole ? sent : undefined);
        }
    });
}

const call = protocol === '2' ? overHttp2 : overHttp1;

async function main() {
    let seen = await call('GET', '/bytes', {});
    console.log('get', seen.status, sha(seen.body));
    seen = await call('POST', '/echo', {}, body);
    console.log('post', seen.status, sha(seen.body));
    seen = await call('POST', '/echo-chunked', {}, [body.subarray(0, 5), body.subarray(5)]);
    console.log('chunked', seen.status, sha(seen.body));
    seen = await call('HEAD', '/bytes', {});
    console.log('head', seen.status, seen.headers['content-length'], seen.body.length);
    seen = await call('GET', '/missing', {});
    console.log('missing', seen.status);
    seen = await call('GET', '/cached', { 'if-none-match': '"v1"' });
    console.log('cached', seen.status, seen.body.length);
    let good = 0;
    // The connection of the calls before is used on.
    opened = 1;
    for (let i = 0; i < 20; i++) {
        seen = await call('GET', '/small', {});
        good += seen.status === 200 && seen.body.toString() === 'small' ? 1 : 0;
    }
    console.log('keep', good, 'over', opened);
    seen = await call('GET', '/small', { connection: 'close' });
    console.log('close', seen.status, seen.body.length);
    process.exit(0);
}

main().catch(error => {
    console.log(error.stack);
    process.exit(1);
});
