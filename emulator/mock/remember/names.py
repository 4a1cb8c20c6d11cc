"""What members and parameters are called that nearly every API uses in one sense."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from emulator.openapi.promises.routes import ID_MEMBERS
from emulator.schema.keywords import words
from emulator.schema.spelling import plain

T = TypeVar("T")

#: Members of a response that hold its record, or the list of records, first choice first.
WRAPPERS = ("data", "item", "result", "record", "resource", "attributes", "response", "payload")
LISTS = ("items", "data", "results", "records", "entries", "values", "content", "list", "rows")
#: Members that hold what is said of the page.
HOLDERS = words("pagination meta pageinfo paging page links metadata responsemetadata listinfo")

#: Members that identify a record, first choice first.
IDENTITIES = (*ID_MEMBERS, "slug", "key", "code", "username", "login", "name")

TOTALS = words("total totalcount totalitems totalresults totalrecords totalsize counttotal")
COUNTS = words("count size pagesize perpage pagecount numberofelements returned")
MORE = words("hasmore hasnext more hasnextpage moreavailable")
NEXT = words("nextcursor nextpagetoken nexttoken continuationtoken endcursor cursor next nextkey")
PAGE_TOTALS = words("totalpages pages lastpage pagestotal numpages")
PAGE_NUMBERS = words("page pagenumber currentpage")
OFFSETS = words("offset skip start startindex startat from")
AFTER = words("startingafter after afterid")
BEFORE = words("endingbefore before beforeid")
SELF = words("self")
PER_PAGE = words("limit perpage pagesize maxresults itemsperpage")
PREVIOUS = words("previous prev prevcursor previouscursor hasprevious hasprev haspreviouspage")

#: Members that say when a record was made, and when it was last changed.
CREATED = words("createdat created createdon createtime creationtime datecreated createddate")
UPDATED = words(
    "updatedat updated updatedon updatetime modifiedat modified lastmodified dateupdated "
    "lastupdated updateddate modifieddate lastmodifiedat"
)

#: Members that say in which state a record is.
STATES = words("status state phase stage")

#: States that verbs lead to and don't begin like them.
STATES_OF_VERBS = {
    "pay": "paid", "send": "sent", "start": "running", "stop": "stopped", "ship": "shipped",
    "run": "running", "begin": "running", "submit": "submitted", "undo": "undone",
    "refund": "refunded", "retry": "pending", "reopen": "open", "resume": "active",
    "disable": "disabled", "enable": "enabled", "unarchive": "active", "finalize": "open",
}  # fmt: skip

#: Parameters that sort a list, and those that say in which direction.
SORTS = words("sort sortby orderby ordering order sortkey sortfield")
DIRECTIONS = words("order direction sortorder sortdir sortdirection orderdir dir")
#: Parameters whose text is looked for in a record.
SEARCHES = words("q query search searchterm keyword text")


#: Last words of paths that say what is done with the noun before.
_LISTING = words("list search all query find")


def noun_of(words: Sequence[str]) -> str:
    """What a path is about, by its words: things in `/things` and `/things/list`; "" if none."""
    whole = len(words) > 1 and plain(words[-1]) in _LISTING
    return words[-2 if whole else -1] if words else ""


def nearest_above(path: str, items: Mapping[str, T]) -> T | None:
    """Of what is at some paths, that which another path is below, most nearly; None if none is."""
    above = path.rstrip("/")
    while above:
        above = above.rpartition("/")[0]
        if above in items:
            return items[above]
    return None
