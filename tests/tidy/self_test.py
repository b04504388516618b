#!/usr/bin/env python3
"""A guard that never barks guards nothing: plants one breach of each kind in a small tree and asks
whether tidy.py sees it, and nothing else."""
import subprocess
import sys
import tempfile
from pathlib import Path

TIDY = Path(__file__).resolve().parent / "tidy.py"
CMAKE = "sluice_room(core)\nsluice_room(io USES core LINKS PkgConfig::ZSTD)\n"
CLEAN = {
    "src/CMakeLists.txt": CMAKE,
    "src/core/word.hpp": "#pragma once\n// Words.\n#include <string>\n",
    "src/io/file.cpp": '#include <fcntl.h>\n#include <zstd.h>\n\n#include "core/word.hpp"\n',
    "scripts/go": "#!/usr/bin/env bash\ntrue\n",
}
BREACHES = {
    "a look upwards": ({"src/core/a.cpp": '#include "io/file.hpp"\n', "src/io/file.hpp":
                        "#pragma once\n// Files.\n"}, "does not stand on io"),
    "a use that is not below": ({"src/CMakeLists.txt": CMAKE.replace("(core)", "(core USES io)")},
                                "core uses io, which is not below it"),
    "a room on no floor": ({"src/attic/a.cpp": "\n"}, "is on no floor"),
    "another's library": ({"src/core/a.cpp": "#include <zstd.h>\n"}, "belongs to the room io"),
    "a library without owner": ({"src/core/a.cpp": "#include <curl/curl.h>\n"}, "has no owner"),
    "a library that leaks": ({"src/io/a.hpp": "#pragma once\n// A.\n#include <zstd.h>\n",
                              "src/io/b.hpp": '#pragma once\n// B.\n#include "io/a.hpp"\n',
                              "src/CMakeLists.txt": CMAKE + "sluice_room(seal USES core io)\n",
                              "src/seal/c.cpp": '#include "io/b.hpp"\n'},
                             "shows a library of the room io"),
    "a header without room": ({"src/core/a.cpp": '#include "word.hpp"\n'}, "name its room"),
    "a header that is not there": ({"src/core/a.cpp": '#include "core/b.hpp"\n'}, "is not there"),
    "a long line": ({"src/core/a.cpp": "// " + "x" * 98 + "\n"}, "101 columns"),
    "no pragma": ({"src/core/a.hpp": "// A.\n"}, "no #pragma once"),
    "a header without prose": ({"src/core/a.hpp": "#pragma once\nint f();\n"}, "what it is for"),
    "bad shell": ({"scripts/bad": "#!/usr/bin/env bash\nif true; then\n"}, "syntax error"),
    "unfinished work": ({"src/core/a.cpp": "// TO" + "DO: think\n"}, "unfinished"),
    "a machine's path": ({"scripts/go": "#!/usr/bin/env bash\ncd /ho" + "me/ann/x\n"},
                         "one machine"),
    "clutter": ({"notes.txt": "x\n"}, "no place at the top"),
}


def tidy(extra: dict[str, str]) -> tuple[int, str]:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {**CLEAN, **extra}.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            path.chmod(0o755 if text.startswith("#!") else 0o644)
        done = subprocess.run([sys.executable, str(TIDY), folder], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr


failed = False
status, said = tidy({})
if status != 0:
    failed = True
    print(f"a clean tree is not clean:\n{said}")
for title, (files, expected) in BREACHES.items():
    status, said = tidy(files)
    if status != 1 or expected not in said or len(said.strip().splitlines()) != 2:
        failed = True
        print(f"{title}: expected one breach with '{expected}', exit {status}:\n{said}")
sys.exit(1 if failed else 0)
