// Tells of each request what it has read: method, target and body, in hexadecimal digits.
const http = require('http');

const server = http.createServer((request, response) => {
    const parts = [];
    request.on('data', part => parts.push(part));
    request.on('end', () => {
        const head = Buffer.from(`${request.method} ${request.url} [`, 'latin1');
        const read = Buffer.concat([head, ...parts, Buffer.from(']')]);
        response.writeHead(200, {'X-Read': read.toString('hex'), 'Content-Length': 0});
        response.end();
    });
});
server.on('checkContinue', (request, response) => {
    response.writeContinue();
    server.emit('request', request, response);
});
server.listen(0, '127.0.0.1', () => console.log(`PORTS ${server.address().port}`));
