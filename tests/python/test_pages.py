"""Names and files on the pages for people exist, and the check that says so has been seen to fail."""

from pathlib import Path

import pytest

from tests.checks.pages import wrong


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a model, and a page that is right."""
    write(tmp_path / "models/int_a__b.sql", "select first_at, account, max_kind from a")
    write(
        tmp_path / "README.md",
        "`int_a__b` has `first_at`, as `max(first_at)`, `models/int_a__b.sql` too; `account__max_kind`, `load/2026.json`\n"
        "\n```sql\nselect gone_at\n```\n",
    )
    return tmp_path


def messages(project: Path) -> list[str]:
    return [f"{finding.path}:{finding.line}: {finding.message}" for finding in wrong(project)]


def test_names_and_files_on_the_projects_pages_exist():
    assert wrong() == []


def test_a_page_that_is_right_has_no_findings(project):
    assert messages(project) == []


def test_a_name_that_stands_nowhere_is_found(project):
    write(project / "docs/rules/X1.md", "# X1\n\n`first_at` and `sum(gone_at)`, `int_a__c`\n")
    assert messages(project) == [
        "docs/rules/X1.md:3: gone_at stands nowhere in the code",
        "docs/rules/X1.md:3: int_a__c stands nowhere in the code",
    ]


def test_a_file_that_does_not_exist_is_found(project):
    write(project / "docs/a.md", "`models/int_a__c.sql`")
    assert messages(project) == ["docs/a.md:1: models/int_a__c.sql does not exist"]


def test_a_project_without_pages_is_found(tmp_path):
    assert messages(tmp_path) == ["docs:1: there are none"]
