"""What relates to what, as data: names are plain (`createdAt` and `created_at` are createdat).

A row of words stands for members with these words in their names, in any spelling.
"""

from typing import NamedTuple

from emulator.schema.keywords import words

# --- Pages -------------------------------------------------------------------------------------

#: Query parameters that say how many items a page has, and members that say so.
LIMITS = words(
    "limit perpage pagesize size maxresults pagelimit maxitems top take first results "
    "resultsperpage itemsperpage maxpagesize rows num batchsize"
)
#: Those that say which page it is, and those that say how many items come before it.
PAGES = words("page pagenumber currentpage pageno pageindex pagenum")
OFFSETS = words("offset skip start startindex startat startposition from")
#: Those that say so in a query alone; in a response they count.
ASKED_LIMITS = LIMITS | words("count")
PAGING = ASKED_LIMITS | PAGES | OFFSETS
#: Query parameters that say something about the whole response, never about an item.
ABOUT_ALL = words(
    "q query search searchterm sort sortby sortorder sorting order orderby direction dir "
    "fields field include includes expand embed cursor pagetoken nextpagetoken nexttoken "
    "after before startingafter endingbefore since until format filter filters select view "
    "pretty dryrun"
)
#: Members that say how many there are here, and how many there are in all.
HERE = words(
    "count itemcount resultcount resultscount numresults numberofelements returned numitems "
    "resultsetsize"
)
IN_ALL = words(
    "total totalcount totalresults totalitems totalelements totalrecords totalrows totalhits "
    "nbhits length hits recordcount found totalnumber numfound totalentries totalsize "
    "totalrowcount totalsetsize"
)
PAGE_COUNTS = words("totalpages pages pagecount lastpage numpages nbpages totalpagecount")
#: Members that say whether there is more, and those that lead there.
MORE = words("hasmore hasnext hasnextpage more istruncated truncated morepages moreresults")
FORTH = words(
    "next nextpage nextlink nexturl nextpageurl nexthref nextcursor nextpagetoken nexttoken "
    "nextmarker nextoffset nexturi nextpagelink"
)
BACK = words(
    "prev previous previouspage prevpage previouslink prevurl previousurl prioruri "
    "previousuri prevuri previouspageurl"
)
BEFORE = words("hasprevious hasprev haspreviouspage hasprevpage hasbefore")
#: Objects beside a list that speak of its page.
PAGE_OBJECTS = words(
    "meta pagination paging page pageinfo metadata pagemetadata pages listmetadata "
    "responsemetadata cursors resultset pager listinfo links"
)

# --- Links -------------------------------------------------------------------------------------

#: Members that lead to the record they are in, and members that hold links.
SELF = words("self selflink selfurl selfhref selfuri canonical canonicalurl")
LINKS = words("links link")
HREF = words("href url uri")
REL = words("rel name type")

# --- Times -------------------------------------------------------------------------------------

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


class Moment(NamedTuple):
    """When, seconds from now, something happens to a record. Windows are in order, and apart.

    Where the request decides a moment, those of its chain stay in order with it; 0 is of all.
    """

    chain: int
    earliest: int
    latest: int
    words: frozenset[str]


MOMENTS = (
    Moment(
        1,
        -60 * _DAY,
        -3 * _DAY,
        words(
            "created creation create creates insert inserted added add opened open issued "
            "issue registered "
            "registration joined submitted received placed ordered requested posted uploaded "
            "signup "
            "initiated generated reported founded recorded invited born"
        ),
    ),
    Moment(
        2,
        -50 * _HOUR,
        -30 * _HOUR,
        words(
            "start starts started starting begin begins began beginning from departure "
            "departs departed "
            "effective activation activated since scheduled checkin launch launched"
        ),
    ),
    Moment(
        1,
        -20 * _HOUR,
        -10 * _HOUR,
        words(
            "update updated updates modified modification modify changed change changes "
            "edited accepted "
            "approved paid shipped sent processed seen used synced login published verified "
            "confirmed "
            "refreshed accessed authorized captured last"
        ),
    ),
    Moment(
        0,
        -9 * _HOUR,
        -2 * _HOUR,
        words(
            "end ends ended ending finish finishes finished until to arrival arrives arrived "
            "complete "
            "completed completion close closed closes done delivered resolved stop stopped "
            "checkout"
        ),
    ),
    Moment(
        0,
        -50 * _MINUTE,
        -10 * _MINUTE,
        words(
            "delete deleted deletion removed remove archived cancel cancelled canceled "
            "cancellation revoked "
            "disabled suspended failed refunded voided rejected declined"
        ),
    ),
    Moment(
        0,
        _DAY,
        60 * _DAY,
        words(
            "expire expires expired expiry expiration due deadline renew renews renewal next "
            "renewed "
            "scheduledfor maturity"
        ),
    ),
)
#: Where a time says nothing of itself; words that make a member one; those that are of the past.
OTHERWISE = 2
TIMES = words("at on date time timestamp datetime ts when day by")
LONG_AGO = words("birth birthday birthdate dob born founded founding historic")

# --- Numbers in order --------------------------------------------------------------------------

#: (less, more): members whose names differ in this word alone.
ORDERED = (
    ("min", "max"),
    ("minimum", "maximum"),
    ("lower", "upper"),
    ("low", "high"),
    ("lowest", "highest"),
    ("from", "to"),
    ("start", "end"),
    ("begin", "end"),
    ("first", "last"),
    ("floor", "ceiling"),
    ("used", "limit"),
    ("used", "total"),
    ("used", "quota"),
    ("used", "max"),
    ("remaining", "limit"),
    ("remaining", "total"),
    ("available", "total"),
    ("current", "max"),
    ("current", "total"),
    ("completed", "total"),
    ("failed", "total"),
    ("free", "total"),
)
#: (part, whole): members with exactly these plain names.
PARTS = (
    *(("used", whole) for whole in ("limit", "total", "quota", "size", "capacity", "max")),
    *(("usage", whole) for whole in ("limit", "total", "quota", "capacity")),
    *((part, "limit") for part in ("remaining", "current", "consumed")),
    *((part, "total") for part in ("available", "completed", "failed", "done", "processed")),
    *((part, "total") for part in ("subtotal", "tax", "discount", "shipping", "free", "remaining")),
    *((part, "totalcents") for part in ("subtotalcents", "taxcents", "discountcents")),
    *((part, "totalamount") for part in ("subtotalamount", "taxamount", "discountamount")),
    *(
        (part, "amount")
        for part in ("amountpaid", "amountrefunded", "amountcaptured", "fee", "tax")
    ),
    ("sold", "capacity"),
    ("page", "totalpages"),
    ("page", "pages"),
    ("currentpage", "totalpages"),
    ("currentpage", "lastpage"),
)

# --- States ------------------------------------------------------------------------------------


class State(NamedTuple):
    """Words for one state, as values of a status and as names of flags and times.

    A `rare` one doesn't hold where nothing says so; a `lasting` one may hold in later states.
    """

    words: frozenset[str]
    rare: bool = False
    lasting: bool = False


STATES = (
    State(words("deleted delete deletion removed trashed destroyed"), rare=True),
    State(words("archived archive"), rare=True),
    State(words("cancelled canceled cancel cancellation"), rare=True),
    State(words("revoked"), rare=True),
    State(words("suspended banned blocked"), rare=True),
    State(words("disabled deactivated inactive"), rare=True),
    State(words("failed failure errored"), rare=True),
    State(words("rejected declined denied"), rare=True),
    State(words("refunded"), rare=True, lasting=True),
    State(words("voided void"), rare=True),
    State(words("paused")),
    State(words("locked")),
    State(words("closed")),
    State(words("expired")),
    State(words("draft")),
    State(words("pending")),
    State(words("active enabled activated live")),
    State(words("completed complete finished done succeeded"), lasting=True),
    State(words("resolved"), lasting=True),
    State(words("paid"), lasting=True),
    State(words("shipped sent dispatched"), lasting=True),
    State(words("delivered received"), lasting=True),
    State(words("published"), lasting=True),
    State(words("approved accepted"), lasting=True),
    State(words("verified confirmed"), lasting=True),
)
