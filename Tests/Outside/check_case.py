"""CASE's own validator, and sha256sum, judge a custody package."""

import json
import pathlib
import subprocess
import sys
import tempfile

import rdflib

VERSION = "case-1.4.0"
CASE = "https://ontology.caseontology.org/case/investigation/"
UCO = "https://ontology.unifiedcyberontology.org/uco/"


def validated(file: pathlib.Path) -> subprocess.CompletedProcess:
    tool = pathlib.Path(sys.executable).parent / "case_validate"
    return subprocess.run(
        [tool, "--built-version", VERSION, file], capture_output=True, text=True, timeout=300)


def main() -> int:
    package = pathlib.Path(sys.argv[1]) / "custody-package"
    failed = []

    def check(is_so: bool, what: str, detail: str = "") -> None:
        print(f"{'ok' if is_so else 'FAILED'} {what}{'' if is_so else ': ' + detail}")
        if not is_so:
            failed.append(what)

    graph_file = package / "case.jsonld"
    result = validated(graph_file)
    check(
        result.returncode == 0 and "Conforms: True" in result.stdout and not result.stderr,
        f"the graph conforms to {VERSION}", (result.stderr or result.stdout)[:600])

    # The validator must be able to say no: a type that is wrong, and a term that is not there.
    text = graph_file.read_text()
    for name, old, new in (
        ("a time that is none", "xsd:dateTime", "xsd:boolean"),
        ("an unknown term", "uco-action:performer", "uco-action:performr"),
    ):
        with tempfile.TemporaryDirectory() as folder:
            changed = pathlib.Path(folder) / "changed.jsonld"
            changed.write_text(text.replace(old, new))
            check(
                old in text and validated(changed).returncode != 0,
                f"{name} would have been found")

    graph = rdflib.Graph()
    graph.parse(graph_file, format="json-ld")
    chains = json.loads((package / "custody.json").read_text())["chains"]
    rows = [row for chain in chains for row in chain["rows"]]
    actions = set(graph.subjects(rdflib.RDF.type, rdflib.URIRef(CASE + "InvestigativeAction")))
    numbers = {str(one) for one in graph.objects(None, rdflib.URIRef(CASE + "exhibitNumber"))}
    check(len(rows) >= 2 and len(actions) == len(rows), "each custody event is an action",
          f"{len(actions)} actions, {len(rows)} rows")
    check(numbers == {row["statement"] for row in rows}, "each action names its statement")
    hashes = {
        bytes.fromhex(str(one)) if isinstance(one, str) else one.value
        for one in graph.objects(None, rdflib.URIRef(UCO + "types/hashValue"))}
    contents = {bytes.fromhex(chain["content"].removeprefix("sha256:")) for chain in chains}
    check(contents <= {bytes(one) for one in hashes}, "each exhibit bears its hash", str(hashes))

    sums = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=package, capture_output=True,
        text=True, timeout=60)
    listed = {line.split("  ", 1)[1] for line in (package / "SHA256SUMS").read_text().splitlines()}
    there = {str(file.relative_to(package)) for file in package.rglob("*") if file.is_file()}
    check(sums.returncode == 0, "sha256sum accepts the package", sums.stderr)
    check(there == listed | {"SHA256SUMS"}, "SHA256SUMS lists every file", str(there ^ listed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
