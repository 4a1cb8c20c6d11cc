"""A FastAPI application with the document it makes of itself, over the wire."""

from typing import Annotated, Any

import pytest
from fastapi import FastAPI, HTTPException, Query
from pydantic import BaseModel, Field

from emulator.contract.check.findings import CheckOptions, CheckResult, Finding, Target
from emulator.contract.check.run import check
from tests.support.live_app import served

Name = Annotated[str, Field(max_length=20)]
Price = Annotated[int, Field(ge=0, le=1000, strict=True)]
OPTIONS = CheckOptions(max_examples=2, phases=("behaviour", "coverage"), allow_writes=True)
MISSING: Any = {404: {"description": "There is no such item."}}


class Changes(BaseModel):
    """What can be changed of an item."""

    name: Name | None = None
    price: Price | None = None


class NewItem(BaseModel):
    """An item to be made."""

    name: Name
    price: Price = 0


class Item(NewItem):
    """An item."""

    id: int


class Shop:
    """The things behind the application, which `keeps` changes and knows `pages`, or does not."""

    def __init__(self, *, keeps: bool = True, pages: bool = True) -> None:
        self.items: dict[int, Item] = {}
        self.keeps = keeps
        self.pages = pages
        self.made = 0

    def create(self, new: NewItem) -> Item:
        self.made += 1
        item = Item(id=self.made, **new.model_dump())
        self.items[item.id] = item
        return item

    def find(self, item_id: int) -> Item:
        if item_id not in self.items:
            raise HTTPException(404)
        return self.items[item_id]

    def list_items(
        self,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        page: Annotated[int, Query(ge=1, le=1000)] = 1,
    ) -> list[Item]:
        start = (page - 1) * limit if self.pages else 0
        return list(self.items.values())[start : start + limit]

    def update(self, item_id: int, changes: Changes) -> Item:
        item = self.find(item_id).model_copy(update=changes.model_dump(exclude_none=True))
        if self.keeps:
            self.items[item_id] = item
        return item

    def delete(self, item_id: int) -> None:
        del self.items[self.find(item_id).id]


def application(shop: Shop) -> FastAPI:
    app = FastAPI()
    app.post("/items", status_code=201)(shop.create)
    app.get("/items")(shop.list_items)
    app.get("/items/{item_id}", responses=MISSING)(shop.find)
    app.patch("/items/{item_id}", responses=MISSING)(shop.update)
    app.delete("/items/{item_id}", status_code=204, responses=MISSING)(shop.delete)
    return app


def checked(shop: Shop) -> CheckResult:
    app = application(shop)
    with served(app) as url:
        return check(Target("shop", app.openapi(), base_url=url), OPTIONS, lambda _: None)


def of_the_application(result: CheckResult) -> list[Finding]:
    """Without what FastAPI does: each of its routes names only its own methods in `Allow`."""
    return [each for each in result.findings if each.check != "allow_header_conformance"]


def test_right_application_is_clean() -> None:
    result = checked(Shop())
    assert (of_the_application(result), result.errors, result.untested) == ([], (), ())
    assert {each.title for each in result.findings} == {"Allow header mismatch"}


@pytest.mark.parametrize(
    ("shop", "operation", "title"),
    [
        (Shop(keeps=False), "GET /items/{item_id}", "A change is not kept"),
        (Shop(pages=False), "GET /items", "The second page is the first one again"),
    ],
    ids=["forgets changes", "ignores the page"],
)
def test_fault_is_found_by_its_own_document_alone(shop: Shop, operation: str, title: str) -> None:
    findings = of_the_application(checked(shop))
    assert [(each.operation, each.title) for each in findings] == [(operation, title)]
    assert findings[0].basis == "convention"
