// Asks PORT for COUNT answers and tells of each its number, status and body in hexadecimal digits, or that it was none.
const http = require('http');
const [port, count] = process.argv.slice(2).map(Number);

function ask(number) {
    if (number === count) {
        return;
    }
    let told = false;
    const tell = text => {
        if (!told) {
            told = true;
            console.log(`${number} ${text}`);
            ask(number + 1);
        }
    };
    const request = http.get({host: '127.0.0.1', port, path: `/${number}`, agent: false, timeout: 5000}, response => {
        const parts = [];
        response.on('data', part => parts.push(part));
        response.on('end', () => tell(response.complete
            ? `${response.statusCode} ${Buffer.concat(parts).toString('hex')}` : 'none'));
        response.on('aborted', () => tell('none'));
        response.on('error', () => tell('none'));
    });
    request.on('error', () => tell('none'));
    request.on('timeout', () => { request.destroy(); tell('none'); });
}

ask(0);
