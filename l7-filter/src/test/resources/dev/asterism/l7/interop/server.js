// The application of the client and server matrix in Node: FILE is the body that it has.
const fs = require('fs');
const http = require('http');
const http2 = require('http2');

const body = fs.readFileSync(process.argv[2]);

function whole(request, then) {
    const parts = [];
    request.on('data', part => parts.push(part));
    request.on('end', () => then(Buffer.concat(parts)));
}

function answer(request, response) {
    switch (request.url) {
        case '/bytes':
            response.setHeader('Content-Length', body.length);
            response.end(request.method === 'HEAD' ? undefined : body);
            break;
        case '/small':
            response.end('small');
            break;
        case '/echo':
            whole(request, sent => {
                response.setHeader('Content-Length', sent.length);
                response.end(sent);
            });
            break;
        case '/echo-chunked':
            whole(request, sent => {
                response.write(sent.subarray(0, 1000));
                response.end(sent.subarray(1000));
            });
            break;
        case '/cached':
            response.setHeader('ETag', '"v1"');
            response.statusCode = request.headers['if-none-match'] === '"v1"' ? 304 : 200;
            response.end();
            break;
        default:
            response.statusCode = 404;
            response.end('no such thing');
    }
}

const servers = [http.createServer(answer), http2.createServer(answer)];
let listening = 0;
for (const server of servers) {
    server.listen(0, '127.0.0.1', () => {
        listening++;
        if (listening === servers.length) {
            console.log('PORTS', ...servers.map(each => each.address().port));
        }
    });
}
// Ends with the test.
process.stdin.on('end', () => process.exit(0)).resume();
