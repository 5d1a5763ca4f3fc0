"""Every error of the API is a problem with a stable code."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from rest_framework import exceptions, serializers
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from infra.pagination import DefaultPagination
from infra.problems import CONTENT_TYPE
from kernel.errors import FairfallError, Kind
from tests.people import api_client, make_actor


class TooHigh(FairfallError):
    code: ClassVar[str] = ""
    kind = Kind.CONFLICT
    text = "Bid at most {most}."


class LotForm(serializers.Serializer[Any]):
    title = serializers.CharField()
    price = serializers.DecimalField(max_digits=9, decimal_places=2)


class TenderForm(serializers.Serializer[Any]):
    lots = LotForm(many=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        raise serializers.ValidationError("No.", code="never")


def answer(error: Exception) -> Any:
    class View(APIView):
        authentication_classes = ()
        permission_classes = ()

        def get(self, request: Any) -> None:
            raise error

    response = View.as_view()(APIRequestFactory().get("/"))
    response.render()
    return response


def test_a_refusal_carries_its_code_sentence_field_and_data() -> None:
    response = answer(TooHigh(field="amount", most="99.50"))

    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"
    assert response.data["detail"] == "Bid at most 99.50."
    assert response.data["field"] == "amount"
    assert response.data["data"] == {"most": "99.50"}


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404(), 404, "request.not_found"),
        (PermissionDenied(), 403, "request.permission_denied"),
        (exceptions.ParseError(), 400, "request.parse_error"),
        (exceptions.MethodNotAllowed("GET"), 405, "request.method_not_allowed"),
    ],
)
def test_the_frameworks_errors_have_the_same_shape(
    error: Exception, status: int, code: str
) -> None:
    body = answer(error).data

    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"/errors#{code}"


def test_throttling_says_when_to_come_back() -> None:
    response = answer(exceptions.Throttled(wait=7))

    assert response.status_code == 429
    assert response["Retry-After"] == "7"


def test_every_fault_of_nested_input_is_listed_with_its_path() -> None:
    form = TenderForm(data={"lots": [{"title": "Coil", "price": "1.00"}, {"price": "x"}]})
    assert not form.is_valid()

    response = answer(serializers.ValidationError(form.errors))

    assert response.status_code == 422
    assert [(fault["field"], fault["code"]) for fault in response.data["errors"]] == [
        ("lots.1.title", "required"),
        ("lots.1.price", "invalid"),
    ]


def test_a_fault_of_the_whole_belongs_to_no_field() -> None:
    form = TenderForm(data={"lots": []})
    assert not form.is_valid()

    faults = answer(serializers.ValidationError(form.errors)).data["errors"]

    assert [(fault["field"], fault["code"]) for fault in faults] == [("", "never")]


def test_an_unexpected_error_is_not_dressed_up() -> None:
    with pytest.raises(ZeroDivisionError):
        answer(ZeroDivisionError())


@pytest.mark.parametrize(("asked", "given"), [("", 50), ("20", 20), ("5000", 200), ("0", 50)])
def test_a_page_holds_fifty_and_never_more_than_two_hundred(asked: str, given: int) -> None:
    request = APIView().initialize_request(APIRequestFactory().get("/", {"page_size": asked}))

    page = DefaultPagination().paginate_queryset(range(1000), request)  # type: ignore[arg-type]

    assert page is not None
    assert len(page) == given


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/v1/tenders/abc/"])
def test_an_address_that_nothing_has_is_a_problem_below_api_and_a_page_elsewhere(path: str) -> None:
    client = Client()
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, CONTENT_TYPE)
    assert answer.json()["code"] == "request.not_found"
    page = client.get(path.replace("/api/v1", ""))
    assert page.status_code == 404
    assert "<html" in page.content.decode()


@pytest.mark.django_db
def test_a_method_that_is_not_answered_is_named() -> None:
    answer = api_client(make_actor()).put("/api/v1/companies/", {}, "json")
    assert answer.status_code == 405
    assert answer.json()["title"] == answer.json()["detail"] == 'Method "PUT" not allowed.'
