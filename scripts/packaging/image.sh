# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of ./package
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

# image_cache TREE: a start-up cache of classes alone, which two builds make alike (ADR 0081): from a list that nothing runs for,
# with names relative to the tree and the locale that the launcher gives.
image_cache() {
    local home=usr/lib/asterism
    python3 -B scripts/packaging/image.py classes --tree "$1" >"$work/classes"
    if ! (cd "$1" && env -i LC_ALL=C.UTF-8 "$home/runtime/bin/java" -XX:+UseSerialGC -Xmx64m -XX:CompressedClassSpaceSize=64m -Xshare:dump \
        -XX:SharedClassListFile="$work/classes" -XX:SharedArchiveFile="$home/lib/asterism.aot" -jar "$home/node-agent-$version.jar") \
        >"$work/image-cache.log" 2>&1; then
        tail -n 5 "$work/image-cache.log" >&2
        echo "Error: no start-up cache for the image was made" >&2
        return 1
    fi
    chmod 644 "$1/$home/lib/asterism.aot"
    ln -s asterism.aot "$1/$home/lib/asterism-l7.aot"
    touch -h -d "@$SOURCE_DATE_EPOCH" "$1/$home"/lib/*.aot
}

# image_build TREE FILE: the image of the files below TREE.
image_build() {
    local tree=$work/of-image home=$work/of-image/usr/lib/asterism documents=$work/of-image/usr/share/doc/asterism
    image_base
    cp -a -- "$1" "$tree"
    rm -rf -- "$home"/lib/*.aot "$documents"/examples "$documents"/{README.md,CHANGELOG.md,copyright}
    image_cache "$tree"
    python3 -B scripts/packaging/image.py debian --base "$work/base" >"$work/debian.json"
    bill "$documents" "$home"{,/lib} --debian "$work/debian.json"
    python3 -B scripts/packaging/image.py image --base "$work/base" --tree "$tree" --version "$version" --epoch "$SOURCE_DATE_EPOCH" \
        --machine "$deb_machine" --revision "$(git rev-parse HEAD 2>/dev/null || echo unknown)" --out "$2" >"${2%.tar}.digest"
    ui_say "digest $(<"${2%.tar}.digest")"
}
