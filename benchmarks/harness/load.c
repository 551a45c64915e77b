/* load - what the benchmark needs beside iperf3 and sockperf.
 *
 *   load recv PORT                       receive UDP until SIGTERM / 2 s silence after the last packet;
 *                                        prints "RECV packets bytes first_us last_us"
 *   load send IP PORT SIZE PPS MILLIS    send SIZE byte UDP payloads at PPS (0 = as fast as possible);
 *                                        prints "SENT packets micros"
 *   load ready IP MILLIS COMMAND...      start the command and ping IP every millisecond until an answer;
 *                                        prints "READY micros pid", micros from before the exec to the answer or -1
 *                                        after MILLIS without one; then waits for SIGTERM and ends the command
 *
 * It batches its own system calls (sendmmsg/recvmmsg, 32 a call) so that as little CPU as possible is
 * taken away from the overlay under test: on a small machine the load generator is part of the budget.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BATCH 32
static volatile sig_atomic_t stop;
static void on_term(int s) { (void)s; stop = 1; }
static long long now_us(void) {
    struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

/* One echo request; errors mean that the overlay is not there yet. */
static void ping(int fd, struct sockaddr_in *to, int sequence) {
    struct icmphdr h = {.type = ICMP_ECHO};
    unsigned sum = 0;
    unsigned short word[4];
    h.un.echo.id = htons(getpid() & 0xFFFF);
    h.un.echo.sequence = htons(sequence);
    memcpy(word, &h, sizeof word);
    for (int i = 0; i < 4; i++) sum += word[i];
    sum = (sum & 0xFFFF) + (sum >> 16);
    h.checksum = ~(sum + (sum >> 16));
    sendto(fd, &h, sizeof h, MSG_DONTWAIT, (void *)to, sizeof *to);
}

static int answered(int fd, struct sockaddr_in *from) {
    unsigned char p[2048];
    struct pollfd poller = {fd, POLLIN, 0};
    if (poll(&poller, 1, 1) <= 0) return 0;
    int n = recv(fd, p, sizeof p, MSG_DONTWAIT), ip = n > 0 ? (p[0] & 15) * 4 : 0;
    return n >= ip + 8 && n > 20 && !memcmp(p + 12, &from->sin_addr, 4) && p[ip] == ICMP_ECHOREPLY
        && ((p[ip + 4] << 8) | p[ip + 5]) == (getpid() & 0xFFFF);
}

static int ready(const char *ip, long long millis, char **command) {
    struct sockaddr_in to = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), sequence = 0;
    if (fd < 0 || inet_pton(AF_INET, ip, &to.sin_addr) != 1) { perror("ready"); return 1; }
    long long t0 = now_us(), took = -1;
    pid_t child = fork();
    if (child == 0) {
        close(fd);
        dup2(2, 1);
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        execvp(command[0], command);
        perror(command[0]);
        _exit(127);
    }
    while (took < 0 && !stop && now_us() - t0 < millis * 1000) {
        ping(fd, &to, ++sequence);
        if (answered(fd, &to)) took = now_us() - t0;
    }
    printf("READY %lld %d\n", took, child);
    fflush(stdout);
    while (!stop) pause();
    kill(child, SIGTERM);
    waitpid(child, 0, 0);
    return 0;
}

int main(int argc, char **argv) {
    static char buf[BATCH][65536];
    struct mmsghdr mm[BATCH]; struct iovec iov[BATCH];
    memset(mm, 0, sizeof mm);
    struct sigaction sa = {.sa_handler = on_term}; sigaction(SIGTERM, &sa, 0); sigaction(SIGINT, &sa, 0);
    if (argc >= 5 && !strcmp(argv[1], "ready")) return ready(argv[2], atoll(argv[3]), argv + 4);
    int fd = socket(AF_INET, SOCK_DGRAM, 0), big = 4 << 20;
    struct sockaddr_in sin = {.sin_family = AF_INET};

    if (argc >= 3 && !strcmp(argv[1], "recv")) {
        sin.sin_port = htons(atoi(argv[2]));
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &big, sizeof big);
        if (bind(fd, (void *)&sin, sizeof sin)) { perror("bind"); return 1; }
        for (int i = 0; i < BATCH; i++) {
            iov[i] = (struct iovec){buf[i], sizeof buf[i]};
            mm[i].msg_hdr.msg_iov = &iov[i]; mm[i].msg_hdr.msg_iovlen = 1;
        }
        long long n = 0, bytes = 0, first = 0, last = 0;
        while (!stop) {
            struct pollfd p = {fd, POLLIN, 0};
            int r = poll(&p, 1, 100);
            if (r <= 0) { if (n && now_us() - last > 2000000) break; continue; }
            int k = recvmmsg(fd, mm, BATCH, MSG_DONTWAIT, 0);
            if (k <= 0) continue;
            last = now_us(); if (!n) first = last;
            n += k; for (int i = 0; i < k; i++) bytes += mm[i].msg_len;
        }
        printf("RECV %lld %lld %lld %lld\n", n, bytes, first, last);
        return 0;
    }
    if (argc >= 7 && !strcmp(argv[1], "send")) {
        inet_pton(AF_INET, argv[2], &sin.sin_addr); sin.sin_port = htons(atoi(argv[3]));
        int size = atoi(argv[4]); double pps = atof(argv[5]); long long dur = atoll(argv[6]) * 1000;
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &big, sizeof big);
        if (connect(fd, (void *)&sin, sizeof sin)) { perror("connect"); return 1; }
        for (int i = 0; i < BATCH; i++) {
            iov[i] = (struct iovec){buf[i], size};
            mm[i].msg_hdr.msg_iov = &iov[i]; mm[i].msg_hdr.msg_iovlen = 1;
        }
        long long t0 = now_us(), sent = 0, t;
        while ((t = now_us() - t0) < dur && !stop) {
            long long due = pps > 0 ? (long long)(pps * t / 1e6) - sent : BATCH;
            if (due < 1 || (pps > 20000 && due < 8)) { /* sleep until at least a small batch is due */
                struct timespec ts = {0, 50000}; nanosleep(&ts, 0); continue;
            }
            int k = sendmmsg(fd, mm, due > BATCH ? BATCH : due, 0);
            if (k > 0) sent += k;
        }
        printf("SENT %lld %lld\n", sent, now_us() - t0);
        return 0;
    }
    fprintf(stderr, "usage: load recv PORT | load send IP PORT SIZE PPS MILLIS | load ready IP MILLIS COMMAND...\n");
    return 2;
}
