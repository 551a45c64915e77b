# shellcheck shell=bash
# shellcheck disable=SC2154,SC2016 # variables of ./package; programs for the image's own shell
# Sourced by ./package, whose variables it reads: the container image.

# The Debian packages that the image takes files from, into the folder $work/base.
image_base() {
    local wanted names=() name
    mkdir "$work/base"
    if [ -n "${ASTERISM_IMAGE_BASE:-}" ]; then
        cp -- "$ASTERISM_IMAGE_BASE"/*.deb "$work/base/"
        return 0
    fi
    while read -r wanted; do
        if ! name=$(tools_candidate "$wanted"); then
            echo "Error: apt knows no package $(tools_names "$wanted"): an image takes Debian 12 or 13 (or set ASTERISM_IMAGE_BASE)" >&2
            return 1
        fi
        names+=("$name")
    done < <(python3 -B scripts/packaging/image.py packages)
    if ! (cd "$work/base" && apt-get -q download "${names[@]}") >"$work/base.log" 2>&1; then
        cat "$work/base.log" >&2
        echo "Error: apt-get download failed" >&2
        return 1
    fi
}

# image_run COMMAND...: in the image's own files, whose folder is $work/root, without a user of this machine. Paths are part of a
# start-up cache, so it is made where it will be used.
image_run() {
    env -i PATH="$PATH" unshare --map-root-user --mount --pid --fork --kill-child --mount-proc="$work/root/proc" \
        chroot "$work/root" /bin/sh -c 'PATH=/usr/bin HOME=/tmp exec "$0" "$@"' "$@"
}

# A start-up cache that two builds make alike: from a list of classes, sorted, that this machine's clock and threads have no part
# in, and without profiles of methods, which differ from run to run (ADR 0074).
image_cache() {
    local java='cd /usr/lib/asterism && . bin/jvm.sh && jvm_set asterism /tmp && exec runtime/bin/java $jvm_flags'
    mkdir -p "$work/root/proc" "$work/root/dev"
    : >"$work/root/dev/null"
    if ! image_run /bin/sh -c "$java -Xshare:off -XX:DumpLoadedClassList=/tmp/seen -cp node-agent-$version.jar \
            dev.asterism.agent.cli.Asterism training-run --l7" >"$work/cache.log" 2>&1 ||
        ! sed '/^#/d; / id: /s/ id:.*//' "$work/root/tmp/seen" | LC_ALL=C sort -u >"$work/root/tmp/classes" ||
        ! image_run /bin/sh -c "$java -Xshare:dump -XX:SharedClassListFile=/tmp/classes -XX:SharedArchiveFile=/tmp/made \
            -cp node-agent-$version.jar" >>"$work/cache.log" 2>&1; then
        cat "$work/cache.log" >&2
        echo "Error: no start-up cache of the image was made" >&2
        return 1
    fi
}

# image_build TREE FILE
image_build() {
    local tree=$work/of-image home=$work/of-image/usr/lib/asterism documents=$work/of-image/usr/share/doc/asterism
    image_base
    cp -a -- "$1" "$tree"
    rm -rf -- "$home"/lib/*.aot "$documents"/examples "$documents"/{README.md,CHANGELOG.md,copyright}
    python3 -B scripts/packaging/image.py debian --base "$work/base" >"$work/debian.json"
    bill "$documents" "$home"{,/lib} --debian "$work/debian.json"
    python3 -B scripts/packaging/image.py root --base "$work/base" --tree "$tree" --epoch "$SOURCE_DATE_EPOCH" --out "$work/root"
    image_cache
    install -m 644 "$work/root/tmp/made" "$home/lib/asterism.aot"
    ln -s asterism.aot "$home/lib/asterism-l7.aot"
    python3 -B scripts/packaging/image.py image --base "$work/base" --tree "$tree" --version "$version" --epoch "$SOURCE_DATE_EPOCH" \
        --machine "$deb_machine" --revision "$(git rev-parse HEAD 2>/dev/null || echo unknown)" --out "$2" >"${2%.tar}.digest"
    ui_say "digest $(<"${2%.tar}.digest")"
}
