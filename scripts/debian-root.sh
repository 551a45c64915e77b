# shellcheck shell=bash
# Sourced, not run: minimal Debian roots, made with debootstrap from where this machine has its own packages.

# Where this machine has Debian's main packages from.
debian_mirror() {
    local uris
    # shellcheck disable=SC2016 # apt's own variables
    uris=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' 'Label: Debian' 2>/dev/null) || uris=''
    echo "${uris%%$'\n'*}"
}

# Certificates that somebody added to this machine, one file each.
debian_certificates() {
    [ -r /etc/ssl/certs/ca-certificates.crt ] || return 0
    find /usr/share/ca-certificates -name '*.crt' -exec cat {} + 2>/dev/null | awk -v to="$1" '
        /BEGIN CERT/ { body = ""; on = 1; next }
        /END CERT/ { on = 0
            if (FILENAME == "-" || FILENAME == "") known[body]
            else if (!(body in known)) { n++; file = to "/added-" n ".crt"
                printf "-----BEGIN CERTIFICATE-----\n%s-----END CERTIFICATE-----\n", body >file; close(file) }
            next }
        on { body = body $0 "\n" }' - /etc/ssl/certs/ca-certificates.crt
}

# debian_root RELEASE FOLDER PACKAGES: PACKAGES are separated by commas. The root has no lists of packages, as a container's image.
debian_root() {
    local release=$1 to=$2 codename file from
    from=$(debian_mirror)
    # It mounts /proc in the root. An empty mirror is its own default.
    unshare --mount --propagation private --pid --fork --kill-child debootstrap --variant=minbase --include="$3" "$release" "$to" ${from:+"$from"}
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-none}")
    if [ -r /etc/apt/sources.list.d/debian.sources ]; then
        sed "s/$codename/$release/g" /etc/apt/sources.list.d/debian.sources >"$to/etc/apt/sources.list.d/debian.sources"
        rm -f -- "$to/etc/apt/sources.list"
    fi
    rm -rf --one-file-system -- "$to"/var/lib/apt/lists/* "$to"/var/cache/apt/archives/*.deb
    for file in /etc/apt/apt.conf.d/*; do
        ! grep -qs '^Acquire' "$file" || cp -- "$file" "$to/etc/apt/apt.conf.d/"
    done
    cp -L -- /etc/resolv.conf "$to/etc/resolv.conf"
    mkdir -p "$to/usr/local/share/ca-certificates"
    debian_certificates "$to/usr/local/share/ca-certificates"
}

# debian_mounts ROOT: in a mount namespace of the caller's own, with which they end: there is nothing then that an `rm` outside
# could walk into.
debian_mounts() {
    # The root of a container is a mount; unshare(1) fails where it is not.
    mount --bind "$1" "$1"
    mount -t proc proc "$1/proc"
    mount -t sysfs -o ro sysfs "$1/sys"
    mount -t tmpfs -o mode=755 tmpfs "$1/dev"
    mount -t tmpfs -o mode=755 tmpfs "$1/run"
    local device
    while read -r -a device; do
        mkdir -p "$1/dev/${device[0]%/*}"
        mknod -m 666 "$1/dev/${device[0]}" c "${device[1]}" "${device[2]}"
    done <<'DEVICES'
./null 1 3
./zero 1 5
./full 1 7
./random 1 8
./urandom 1 9
./tty 5 0
net/tun 10 200
DEVICES
    mkdir "$1/dev/pts" "$1/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts"
    mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm"
    ln -s pts/ptmx "$1/dev/ptmx"
    ln -s /proc/self/fd "$1/dev/fd"
    ln -s /proc/self/fd/0 "$1/dev/stdin"
    ln -s /proc/self/fd/1 "$1/dev/stdout"
    ln -s /proc/self/fd/2 "$1/dev/stderr"
}
