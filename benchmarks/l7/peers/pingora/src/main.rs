//! A reverse proxy on Pingora that only forwards, here to be measured by `benchmarks/l7/cases`: one thread, endpoints by turns.
//! Arguments: pairs of a port on the loopback device and a file with an endpoint on each line.
use async_trait::async_trait;
use pingora_core::apps::HttpServerOptions;
use pingora_core::server::{configuration::ServerConf, Server};
use pingora_core::upstreams::peer::HttpPeer;
use pingora_core::Result;
use pingora_proxy::{http_proxy_service, ProxyHttp, Session};
use std::sync::atomic::{AtomicUsize, Ordering};

struct Forward {
    endpoints: Vec<String>,
    turn: AtomicUsize,
}

#[async_trait]
impl ProxyHttp for Forward {
    type CTX = ();
    fn new_ctx(&self) {}

    async fn upstream_peer(&self, _session: &mut Session, _ctx: &mut ()) -> Result<Box<HttpPeer>> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.endpoints.len();
        Ok(Box::new(HttpPeer::new(self.endpoints[turn].as_str(), false, String::new())))
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let conf = ServerConf {
        threads: 1,
        upstream_keepalive_pool_size: 8192,
        ..ServerConf::default()
    };
    let mut server = Server::new_with_opt_and_conf(None, conf);
    server.bootstrap();
    for pair in arguments.chunks(2) {
        let text = std::fs::read_to_string(&pair[1]).expect("a file of endpoints");
        let forward = Forward {
            endpoints: text.lines().map(String::from).collect(),
            turn: AtomicUsize::new(0),
        };
        let mut service = http_proxy_service(&server.configuration, forward);
        let mut options = HttpServerOptions::default();
        options.h2c = true;
        service.app_logic_mut().expect("proxy logic").server_options = Some(options);
        service.add_tcp(&format!("127.0.0.1:{}", pair[0]));
        server.add_service(service);
    }
    server.run_forever();
}
