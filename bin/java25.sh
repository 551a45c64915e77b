# shellcheck shell=sh
# Sourced, not run. java25_home prints the home of a JDK 25 or newer, or nothing.
# Order: JAVA_HOME, JAVA25_HOME, the one found last time, the javac on the PATH, then the usual places.

java25_feature() {
    # No other program is called: every start of the agent comes this way.
    if [ -x "$1/bin/javac" ] && [ -r "$1/release" ]; then
        while IFS='="' read -r java25_key _ java25_value _; do
            if [ "$java25_key" = JAVA_VERSION ]; then
                echo "${java25_value%%.*}"
                return 0
            fi
        done <"$1/release"
    fi
}

java25_fits() {
    java25_found=$(java25_feature "$1")
    [ -n "$java25_found" ] && [ "$java25_found" -ge 25 ]
}

java25_home() {
    java25_last=
    if [ -n "${java25_memory:-}" ] && [ -r "$java25_memory" ]; then
        read -r java25_last <"$java25_memory" || true
    fi
    for java25_dir in "${JAVA_HOME:-}" "${JAVA25_HOME:-}" "$java25_last"; do
        if [ -n "$java25_dir" ] && java25_fits "$java25_dir"; then
            echo "$java25_dir"
            return 0
        fi
    done
    java25_javac=$(command -v javac 2>/dev/null || true)
    if [ -n "$java25_javac" ]; then
        java25_dir=$(dirname "$(dirname "$(readlink -f "$java25_javac")")")
        if java25_fits "$java25_dir"; then
            echo "$java25_dir"
            return 0
        fi
    fi
    for java25_dir in /usr/lib/jvm/* /opt/*jdk* "${HOME:-/root}"/.sdkman/candidates/java/* \
        "${HOME:-/root}"/.jdks/*; do
        if [ ! -L "$java25_dir" ] && java25_fits "$java25_dir"; then
            echo "$java25_dir"
            return 0
        fi
    done
    return 0
}

# java25_require [ROOT]: sets JAVA_HOME, or ends the script with a message when there is none. What was found is kept in the clone.
java25_require() {
    java25_memory="${1:-}${1:+/target/.java25}"
    JAVA_HOME=$(java25_home)
    if [ -z "$JAVA_HOME" ]; then
        echo "Error: no JDK 25 or newer found: install the package openjdk-25-jdk-headless, or set JAVA_HOME to any vendor's" >&2
        exit 1
    fi
    export JAVA_HOME
    if [ -n "$java25_memory" ] && [ ! -f "$java25_memory" ] && [ -w "${java25_memory%/*}" ]; then
        echo "$JAVA_HOME" >"$java25_memory.$$" && mv "$java25_memory.$$" "$java25_memory"
    fi
}

# java25_stale NEEDED...: whether a source of these modules is newer than the last build. Reads java25_root and
# java25_stamp.
java25_stale() {
    [ -f "$java25_stamp" ] || return 0
    java25_places=pom.xml
    for java25_dir in "$@"; do
        java25_places="$java25_places $java25_dir/pom.xml $java25_dir/src/main"
    done
    # shellcheck disable=SC2086
    [ -n "$(cd "$java25_root" && find $java25_places -newer "$java25_stamp" -print -quit 2>/dev/null)" ]
}

# java25_unwritable ROOT: prints why nothing can be built in this clone and what to do, if so; else fails.
java25_unwritable() {
    for java25_dir in "$1" "$1"/target "$1"/*/target "$1"/*/target/*; do
        if [ -d "$java25_dir" ] && [ ! -w "$java25_dir" ]; then
            java25_user=$(id -un 2>/dev/null || id -u)
            if [ "$(id -u)" = 0 ]; then
                echo "$java25_dir is on a read-only file system: clone to a place that can be written"
            elif [ -O "$java25_dir" ]; then
                echo "$java25_dir is not writable: run  chmod -R u+w $java25_dir  or clone elsewhere"
            else
                java25_owner=$(stat -c %U "$java25_dir" 2>/dev/null || echo "another user")
                echo "$java25_dir belongs to $java25_owner and is not writable for $java25_user: as root run " \
                    "chown -R $java25_user $java25_dir  or clone elsewhere"
            fi
            return 0
        fi
    done
    return 1
}

# java25_build ROOT MODULE [NEEDED...]: builds the module when a source of it or of the modules it needs
# is newer than the last build. Nothing goes to stdout, which belongs to the program. The jars are in
# MODULE/target, which java25_target is set to, and MODULE/target/lib then. One build at a time in a clone; with
# JAVA25_BUILT set, none: who sets it has built.
java25_build() {
    java25_root=$1
    java25_module=$2
    java25_target="$java25_root/$java25_module/target"
    [ -z "${JAVA25_BUILT:-}" ] || return 0
    java25_stamp="$java25_target/lib/.built"
    shift
    java25_stale "$@" || return 0
    if java25_trouble=$(java25_unwritable "$java25_root"); then
        echo "Error: $java25_trouble" >&2
        exit 1
    fi
    if ! command -v mvn >/dev/null 2>&1; then
        echo "Error: Maven is missing, which builds this clone: install the package maven" >&2
        exit 1
    fi
    (
        mkdir -p "$java25_root/target" "$java25_target"
        if command -v flock >/dev/null 2>&1; then
            exec 9>"$java25_root/target/.build.lock"
            if ! flock -n 9; then
                echo "another build is running in this clone, waiting for it ..." >&2
                flock 9
                java25_stale "$@" || exit 0
            fi
        fi
        echo "building $java25_module ..." >&2
        : >"$java25_target/.building"
        if ! (cd "$java25_root" && mvn -q -B -pl "$java25_module" -am package -Dquick -Dmaven.test.skip=true \
            -Dspotless.check.skip=true) >"$java25_target/build.log" 2>&1 9>&-; then
            cat "$java25_target/build.log" >&2
            if grep -q -e 'Could not transfer' -e 'Unknown host' "$java25_target/build.log"; then
                echo "Error: Maven cannot reach its repository: no network, or ~/.m2/settings.xml lacks a mirror or proxy" >&2
            fi
            echo "Error: the build failed" >&2
            exit 1
        fi
        mv "$java25_target/.building" "$java25_stamp"
    ) || exit 1
}
