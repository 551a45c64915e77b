# shellcheck shell=bash
# Sourced. How this user may make network namespaces with a TUN device in them. The caller has sourced ui.sh and tools.sh.
# shellcheck disable=SC2034 # who sources this reads them

# Words that must stand before unshare, and further options of it.
as_root=()
user=()

# namespaces_may COMMAND...: whether the command, an unshare with options, gives namespaces in which the mesh can live.
namespaces_may() { "$@" sh -c 'ip tuntap add dev probe mode tun && nft list ruleset' >/dev/null 2>&1; }

# namespaces_tun_trouble: one line about the device file, if it is the cause; else nothing.
namespaces_tun_trouble() {
    if [ ! -e /dev/net/tun ]; then
        echo "there is no /dev/net/tun: as root run  modprobe tun  (in a container: start it with --device /dev/net/tun)"
    elif ! { : <>/dev/net/tun; } 2>/dev/null; then
        if [ "$(id -u)" = 0 ]; then
            echo "/dev/net/tun may not be opened in this container: start it with --device /dev/net/tun"
        else
            echo "/dev/net/tun is for others only (its mode is $(stat -c %a /dev/net/tun)): as root run  chmod 666 /dev/net/tun"
        fi
    fi
}

# Sets as_root and user, or ends the script with the cause and the cure.
namespaces_find() {
    local trouble
    if [ "$(id -u)" = 0 ]; then
        if ! namespaces_may unshare --net --mount --pid --fork; then
            trouble=$(namespaces_tun_trouble)
            tools_end "${trouble:-this root may not make network namespaces and TUN devices: in a container, start it with \
--cap-add NET_ADMIN --cap-add SYS_ADMIN --device /dev/net/tun}"
        fi
    elif namespaces_may unshare --user --map-root-user --net --mount --pid --fork; then
        user=(--user --map-root-user)
    else
        trouble=$(namespaces_tun_trouble)
        trouble=${trouble:-this kernel does not let an ordinary user make network namespaces with TUN devices}
        command -v sudo >/dev/null 2>&1 || tools_end "$trouble; or run ./demo as root (there is no sudo here)"
        ui_say "$trouble; going on with sudo"
        sudo -v || tools_end "sudo was refused: run ./demo as root"
        as_root=(sudo -n env JAVA25_BUILT=yes "JAVA_HOME=$JAVA_HOME" "NO_COLOR=${NO_COLOR:-}" "TERM=${TERM:-dumb}" "TMPDIR=${TMPDIR:-/tmp}"
            "PATH=$PATH")
    fi
}
