# shellcheck shell=sh
# shellcheck disable=SC2034 # the launchers read what is set here
# Sourced after java25.sh by the launchers: what both programs ask of the JVM, and their start-up caches (ADR 0014).
# Every start comes this way, so no other program is called unless something has to be made.

# Paths are bytes to the system and UTF-8 to us, whatever the caller's locale is: cron, service managers and containers
# have none, and others name one that is not installed.
LC_ALL=C.UTF-8
export LC_ALL

# jvm_limits NAME MEMORY_MB FILES: ends the script with one line when the JVM could only die in many.
jvm_limits() {
    [ -r /proc/self/limits ] || return 0
    while read -r _ jvm_what jvm_kind jvm_soft jvm_hard _; do
        case "$jvm_what $jvm_kind" in
            "address space") jvm_most=$jvm_soft ;;
            # The JVM raises its own limit to the hard one.
            "open files") jvm_files=$jvm_hard ;;
        esac
    done </proc/self/limits
    if [ "${jvm_files:-unlimited}" != unlimited ] && [ "$jvm_files" -lt "$3" ]; then
        echo "$1: only $jvm_files files may be open here, it takes $3: raise the hard limit (ulimit -n, LimitNOFILE=)" >&2
        exit 1
    fi
    if [ "${jvm_most:-unlimited}" != unlimited ] && [ "$jvm_most" -lt "${2}000000" ]; then
        echo "$1: address space is limited to $((jvm_most / 1000000)) MB, at least $2 MB is required: raise ulimit -v / LimitAS=" >&2
        exit 1
    fi
}

# jvm_has FILE KEY [VALUE]: whether a configuration, a file or a folder of them, has the key, and behind it such a
# value; both are expressions. A key stands at the start of a line or behind a space, a brace or a comma: in YAML and in
# JSON of one line. What stands behind a # is a comment, unless the # is within a word or a text in quotes.
jvm_has() {
    jvm_files=
    [ ! -d "$1" ] || jvm_files='--include=*.y*ml' # what the agent reads of a folder
    jvm_code="([^#]|[^[:space:]]#+|\"([^\"\\]|\\\\.)*\"|'[^']*')*"
    grep -Eiqrs ${jvm_files:+"$jvm_files"} "^(${jvm_code}[{,[:space:]])?[\"']?$2[\"']?[[:space:]]*:${3+[[:space:]]*\"?($3)}" -- "$1"
}

# jvm_set NAME FOLDER: sets jvm_flags, which are split at spaces, and where the JVM may write when it crashes, jvm_crash and
# jvm_replay: the service's folder of state, or the one of the build, but never the current one.
jvm_set() {
    jvm_flags="-XX:+UseSerialGC -XX:-UsePerfData -Xlog:disable --sun-misc-unsafe-memory-access=allow
        -XX:+ExitOnOutOfMemoryError -XX:-CreateCoredumpOnCrash -XX:CompressedClassSpaceSize=64m"
    jvm_state=${STATE_DIRECTORY:-$2}
    jvm_state=${jvm_state%%:*}
    if [ -w "$jvm_state" ]; then
        jvm_crash="-XX:ErrorFile=$jvm_state/$1-crash-%p.log"
        jvm_replay="-XX:ReplayDataFile=$jvm_state/$1-replay-%p.log"
    else
        jvm_crash=-XX:ErrorFile=/dev/null
        jvm_replay=-XX:ReplayDataFile=/dev/null
    fi
}

# jvm_cache NAME TARGET JAR [OPTION]: sets jvm_cache to the start-up cache of what was built in the folder TARGET. When it is not there, or
# older than the build, the JVM or the flags, it is made by the training run (`training-run [OPTION]`) of the program. One process makes it; others that come
# meanwhile start without it, more slowly. An empty one says that making it failed, until the next build.
jvm_cache() {
    jvm_cache="$2/lib/$1.aot"
    # shellcheck disable=SC3013 # dash, bash and busybox have -nt
    if [ -f "$jvm_cache" ] && [ ! "$3" -nt "$jvm_cache" ] && [ ! "$2/lib/.built" -nt "$jvm_cache" ] &&
        [ ! "$0" -nt "$jvm_cache" ] && [ ! "$JAVA_HOME/release" -nt "$jvm_cache" ]; then
        return 0
    fi
    [ -w "$2/lib" ] || return 0
    (
        if command -v flock >/dev/null 2>&1; then
            flock -n 9 || exit 0
        fi
        jvm_new="$jvm_cache.$$"
        trap 'rm -f -- "$jvm_new" "$jvm_new.conf"' EXIT
        trap 'exit 1' INT TERM HUP
        # shellcheck disable=SC2086
        if env -u NOTIFY_SOCKET "$JAVA_HOME/bin/java" $jvm_flags -XX:AOTMode=record -XX:AOTConfiguration="$jvm_new.conf" \
            -jar "$3" training-run ${4-} >"$jvm_cache.log" 2>&1 9>&- &&
            "$JAVA_HOME/bin/java" $jvm_flags -XX:AOTMode=create -XX:AOTConfiguration="$jvm_new.conf" \
                -XX:AOTCache="$jvm_new" -jar "$3" >>"$jvm_cache.log" 2>&1 9>&-; then
            mv -f -- "$jvm_new" "$jvm_cache"
        else
            : >"$jvm_cache"
            echo "warning: no cache for a faster start could be made, see $jvm_cache.log" >&2
        fi
    ) 9>"$jvm_cache.lock"
}
