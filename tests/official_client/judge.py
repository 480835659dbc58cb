"""Drives every App Builder operation of Datadog's Python client against an emulator.

Prints a table of the operations and exits with 1 if an answer is wrong, or if the package has an operation that is
not called here. The emulator must be empty and have the default switches.
"""

import argparse
import sys
from datetime import datetime
from uuid import UUID, uuid4

from datadog_api_client import ApiClient, Configuration
from datadog_api_client.exceptions import ApiException
from datadog_api_client.model_utils import ModelNormal, OpenApiModel
from datadog_api_client.v2 import models
from datadog_api_client.v2.api.app_builder_api import AppBuilderApi

NIL = UUID(int=0)


def operations():
    """The names of all operations that the package has."""
    return sorted(
        name for name in vars(AppBuilderApi) if not name.startswith("_") and callable(getattr(AppBuilderApi, name))
    )


def parsed(value):
    """Whether the client understood the whole of an answer."""
    if isinstance(value, list):
        return all(parsed(item) for item in value)
    if isinstance(value, OpenApiModel):
        if getattr(value, "_unparsed", False):
            return False
        return not isinstance(value, ModelNormal) or all(parsed(item) for item in value._data_store.values())
    return True


class Judge:
    """Calls the API and notes how often each operation answered as it must."""

    def __init__(self, client):
        self.api = AppBuilderApi(client)
        self.calls = {name: 0 for name in operations()}
        self.wrong = []

    def check(self, operation, condition, what):
        if not condition:
            self.wrong.append(f"{operation}: {what}")

    def call(self, operation, kind, *args, **kwargs):
        """Calls an operation that must succeed with an answer of a type."""
        self.calls[operation] += 1
        answer = getattr(self.api, operation)(*args, **kwargs)
        self.check(operation, isinstance(answer, kind), f"{type(answer).__name__} instead of {kind.__name__}")
        self.check(operation, parsed(answer), "the client could not make sense of a part of the answer")
        return answer

    def refused(self, status, operation, *args, **kwargs):
        """Calls an operation that must be refused with a status and a list of errors."""
        self.calls[operation] += 1
        try:
            getattr(self.api, operation)(*args, **kwargs)
        except ApiException as error:
            self.check(operation, error.status == status, f"{error.status} instead of {status}")
            self.check(operation, "errors" in str(error.body), f"no list of errors in {error.body}")
        else:
            self.check(operation, False, f"succeeded instead of {status}")


def create_body(name):
    kind = models.CreateAppRequestDataAttributes
    return models.CreateAppRequest(
        data=models.CreateAppRequestData(
            type=models.AppDefinitionType.APPDEFINITIONS,
            attributes=kind(
                name=name,
                description="made by the judge",
                root_instance_name="grid0",
                components=[grid()],
                queries=[query()],
                tags=[],
            ),
        )
    )


def grid():
    return models.ComponentGrid(
        name="grid0",
        type=models.ComponentGridType.GRID,
        properties=models.ComponentGridProperties(children=[], background_color="default"),
        events=[],
    )


def query():
    return models.DataTransform(
        id=UUID("65bb1f25-52e1-4510-9f8d-22d1516ed693"),
        name="transform0",
        type=models.DataTransformType.DATATRANSFORM,
        properties=models.DataTransformProperties(outputs="${(() => 1)()}"),
    )


def update_body(app, **attributes):
    return models.UpdateAppRequest(
        data=models.UpdateAppRequestData(
            id=app,
            type=models.AppDefinitionType.APPDEFINITIONS,
            attributes=models.UpdateAppRequestDataAttributes(**attributes),
        )
    )


def delete_body(apps):
    kind = models.AppDefinitionType.APPDEFINITIONS
    items = [models.DeleteAppsRequestDataItems(id=app, type=kind) for app in apps]
    return models.DeleteAppsRequest(data=items)


def make(judge, name):
    answer = judge.call("create_app", models.CreateAppResponse, create_body(name))
    judge.check("create_app", isinstance(answer.data.id, UUID), "no id")
    return answer.data.id


def content(judge, app):
    """Create, get, update, versions, revert."""
    got = judge.call("get_app", models.GetAppResponse, app)
    attributes = got.data.attributes
    judge.check("get_app", attributes.name == "first", "wrong name")
    judge.check("get_app", attributes.components[0].name == "grid0", "wrong component")
    judge.check("get_app", attributes.queries[0].name == "transform0", "wrong query")
    judge.check("get_app", got.data.meta["version"] == 1, "does not start at version 1")
    judge.check("get_app", "included" not in got, "deployed before it was")

    updated = judge.call("update_app", models.UpdateAppResponse, app, update_body(app, description="new"))
    judge.check("update_app", updated.data.attributes.description == "new", "wrong description")
    judge.check("update_app", updated.data.attributes.name == "first", "the name was not left out of the change")
    judge.check("update_app", updated.data.meta["version"] == 2, "no new version")
    old = judge.call("get_app", models.GetAppResponse, app, version="1")
    judge.check("get_app", old.data.attributes.description == "made by the judge", "version 1 is not as it was")
    judge.refused(410, "get_app", app, version="31")

    name = models.UpdateAppVersionNameRequest(
        data=models.UpdateAppVersionNameRequestData(
            type=models.AppVersionNameType.VERSIONNAMES,
            attributes=models.UpdateAppVersionNameRequestDataAttributes(name="second"),
        )
    )
    judge.call("update_app_version_name", type(None), app, "latest", name)
    versions = judge.call("list_app_versions", models.ListAppVersionsResponse, app, limit=50, page=0)
    numbers = [item.attributes.version for item in versions.data]
    judge.check("list_app_versions", numbers == [2, 1], f"versions {numbers}")
    judge.check("list_app_versions", versions.data[0].attributes.name == "second", "the version has no name")
    judge.check("list_app_versions", isinstance(versions.data[0].attributes.created_at, datetime), "no time")
    judge.check("list_app_versions", versions.meta.page.total_count == 2, "wrong count")

    reverted = judge.call("revert_app", models.UpdateAppResponse, app, "1")
    judge.check("revert_app", reverted.data.attributes.description == "made by the judge", "not the old content")
    judge.check("revert_app", reverted.data.meta["version"] == 3, "not a new version")
    judge.refused(400, "revert_app", app, "latest")


def publication(judge, app):
    """Publish, unpublish, protection level, publish request."""
    newest = UUID(judge.api.get_app(app).data.meta["version_id"])
    published = judge.call("publish_app", models.PublishAppResponse, app)
    judge.check("publish_app", published.data.attributes.app_version_id == newest, "not the newest version")
    got = judge.call("get_app", models.GetAppResponse, app, version="deployed")
    judge.check("get_app", got.included[0].attributes.app_version_id == newest, "not shown as published")
    judge.refused(400, "publish_app", app)
    unpublished = judge.call("unpublish_app", models.UnpublishAppResponse, app)
    judge.check("unpublish_app", unpublished.data.attributes.app_version_id == NIL, "not the nil version")
    judge.refused(400, "unpublish_app", app)

    level = models.AppProtectionLevel.APPROVAL_REQUIRED
    protect = models.UpdateAppProtectionLevelRequest(
        data=models.UpdateAppProtectionLevelRequestData(
            type=models.AppProtectionLevelType.PROTECTIONLEVEL,
            attributes=models.UpdateAppProtectionLevelRequestDataAttributes(protection_level=level),
        )
    )
    protected = judge.call("update_protection_level", models.UpdateAppResponse, app, protect)
    shown = protected.data.attributes["protectionLevel"]
    judge.check("update_protection_level", shown == "approval_required", f"shows {shown}")
    judge.refused(403, "publish_app", app)
    request = models.CreatePublishRequestRequest(
        data=models.CreatePublishRequestRequestData(
            type=models.PublishRequestType.PUBLISHREQUEST,
            attributes=models.CreatePublishRequestRequestDataAttributes(title="please", description="why"),
        )
    )
    requested = judge.call("create_publish_request", models.PublishAppResponse, app, request)
    judge.check("create_publish_request", isinstance(requested.data.id, UUID), "no id")


def settings(judge, app):
    """Tags, self-service, favourite, and the lists that filter by them."""
    tags = models.UpdateAppTagsRequest(
        data=models.UpdateAppTagsRequestData(
            type=models.AppTagsType.TAGS,
            attributes=models.UpdateAppTagsRequestDataAttributes(tags=["team:a", "b"]),
        )
    )
    judge.call("update_app_tags", type(None), app, tags)
    service = models.UpdateAppSelfServiceRequest(
        data=models.UpdateAppSelfServiceRequestData(
            type=models.AppSelfServiceType.SELFSERVICE,
            attributes=models.UpdateAppSelfServiceRequestDataAttributes(self_service=True),
        )
    )
    judge.call("update_app_self_service", type(None), app, service)
    favorite = models.UpdateAppFavoriteRequest(
        data=models.UpdateAppFavoriteRequestData(
            type=models.AppFavoriteType.FAVORITES,
            attributes=models.UpdateAppFavoriteRequestDataAttributes(favorite=True),
        )
    )
    judge.call("update_app_favorite", type(None), app, favorite)
    attributes = judge.api.get_app(app).data.attributes
    judge.check("update_app_tags", attributes.tags == ["team:a", "b"], f"tags {attributes.tags}")
    judge.check("update_app_self_service", attributes["selfService"] is True, "not on")
    judge.check("update_app_favorite", attributes.favorite is True, "not on")
    # This package cannot decode any tag at all: its own `TagData(id="b", type=TagDataType.TAG)` raises a TypeError,
    # since a minimum length is checked on an enum. So the items are read as they came.
    listed = judge.api.list_tags()
    judge.check("list_tags", sorted(tag.id for tag in listed.data) == ["b", "team:a"], "wrong tags")


def lists(judge, app, other):
    """Filters, order and pages."""
    def ids(**query):
        answer = judge.call("list_apps", models.ListAppsResponse, **query)
        judge.check("list_apps", answer.meta.page.total_count == 2, "wrong total")
        judge.check("list_apps", answer.meta.page.total_filtered_count >= len(answer.data), "wrong filtered total")
        return [item.id for item in answer.data]

    field = models.AppsSortField
    user = judge.api.get_app(app).data.meta
    expectations = [
        ({}, [other, app]),
        ({"sort": [field.NAME]}, [app, other]),
        ({"sort": [field.USER_NAME, field.CREATED_AT_DESC]}, [other, app]),
        ({"sort": [field.NAME], "limit": 1, "page": 1}, [other]),
        ({"limit": 1, "page": 5}, []),
        ({"filter_name": "first"}, [app]),
        ({"filter_query": "seco"}, [other]),
        ({"filter_user_name": user["user_name"]}, [other, app]),
        ({"filter_user_uuid": uuid4()}, []),
        ({"filter_deployed": True}, [other]),
        ({"filter_tags": "team:a"}, [app]),
        ({"filter_favorite": True}, [app]),
        ({"filter_self_service": False}, [other]),
    ]
    for query, expected in expectations:
        found = ids(**query)
        judge.check("list_apps", found == expected, f"{query} gives {found} instead of {expected}")
    item = judge.api.list_apps(filter_deployed=True)
    deployment = item.data[0].relationships.deployment.data.id
    judge.check("list_apps", [found.id for found in item.included] == [deployment], "the deployment is not included")


def blueprints(judge):
    """An organisation without blueprints."""
    judge.check("list_blueprints", judge.call("list_blueprints", models.ListBlueprintsResponse).data == [], "not empty")
    for operation in ["get_blueprints_by_integration_id", "get_blueprints_by_slugs"]:
        judge.check(operation, judge.call(operation, models.GetBlueprintsResponse, "aws").data == [], "not empty")
    judge.refused(404, "get_blueprint", uuid4())


def deletions(judge, app, other):
    """Delete one, delete many, and what is left."""
    judge.refused(404, "delete_apps", delete_body([app, uuid4()]))
    deleted = judge.call("delete_app", models.DeleteAppResponse, app)
    judge.check("delete_app", deleted.data.id == app, "another app")
    judge.refused(404, "delete_app", app)
    judge.refused(404, "get_app", app)
    judge.refused(404, "publish_app", app)
    many = judge.call("delete_apps", models.DeleteAppsResponse, delete_body([other]))
    judge.check("delete_apps", [item.id for item in many.data] == [other], "other apps")
    judge.check("list_apps", judge.api.list_apps().data == [], "apps are left")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--url", required=True, help="where the emulator listens")
    configuration = Configuration(host=arguments.parse_args().url)
    configuration.api_key["apiKeyAuth"] = "judge"
    configuration.api_key["appKeyAuth"] = "judge"
    with ApiClient(configuration) as client:
        judge = Judge(client)
        judge.call("list_tags", models.AppBuilderListTagsResponse)
        app = make(judge, "first")
        content(judge, app)
        publication(judge, app)
        settings(judge, app)
        other = make(judge, "second")
        judge.call("publish_app", models.PublishAppResponse, other)
        lists(judge, app, other)
        blueprints(judge)
        deletions(judge, app, other)

    for name, calls in judge.calls.items():
        wrong = sum(problem.startswith(f"{name}: ") for problem in judge.wrong)
        print(f"{name:<34} {calls:>3} calls  {'ok' if calls and not wrong else 'WRONG' if calls else 'NOT CALLED'}")
    for problem in judge.wrong:
        print(problem, file=sys.stderr)
    missing = [name for name, calls in judge.calls.items() if not calls]
    sys.exit(1 if judge.wrong or missing else 0)


if __name__ == "__main__":
    main()
