package dev.asterism.overlay.view;

import dev.asterism.overlay.net.Ip;
import java.time.Duration;
import java.util.List;

/**
 * A peer whose certificate a block list refused.
 *
 * @param addresses overlay addresses, primary first
 * @param fingerprint of its certificate, lower-case hex
 * @param by which list: {@code pki.blocklist}, or a bundle with its number
 * @param age since it was refused last, as a tunnel of it ended or a handshake came
 */
public record RefusedPeerView(
        String name, List<Ip> addresses, String fingerprint, String by, Duration age) {}
