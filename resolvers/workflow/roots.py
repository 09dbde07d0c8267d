"""The workflow's root fields, composed: each module of this room adds its own."""

import strawberry

from resolvers.materials.types import MaterialQuery
from resolvers.workflow.access_records import AccessQuery
from resolvers.workflow.application_answer import ApplicationAnswerMutation
from resolvers.workflow.application_boxes import ApplicationQuery
from resolvers.workflow.application_draft import ApplicationDraftMutation
from resolvers.workflow.application_talks import ApplicationTalksMutation
from resolvers.workflow.application_templates import TemplateMutation, TemplateQuery
from resolvers.workflow.calendars import CalendarMutation, CalendarQuery
from resolvers.workflow.case_collections import CollectionMutation
from resolvers.workflow.case_files import CaseQuery
from resolvers.workflow.cases import CaseMutation
from resolvers.workflow.catalogue import CatalogueQuery
from resolvers.workflow.catalogue_life import CatalogueLifeMutation, CatalogueLifeQuery
from resolvers.workflow.collection_lists import CollectionQuery
from resolvers.workflow.department_end import DepartmentEndMutation
from resolvers.workflow.doubt_boxes import DoubtQuery
from resolvers.workflow.doubt_report import DoubtReportMutation
from resolvers.workflow.doubt_steps import DoubtStepMutation
from resolvers.workflow.entrustments import EntrustmentMutation, EntrustmentQuery
from resolvers.workflow.explain import ExplainQuery
from resolvers.workflow.grants import GrantMutation, GrantQuery
from resolvers.workflow.matters import MatterMutation, MatterQuery
from resolvers.workflow.my_rights import MyRightsQuery
from resolvers.workflow.notices import NoticeMutation, NoticeQuery
from resolvers.workflow.officers import OfficerMutation
from resolvers.workflow.operations import OperationMutation, OperationQuery
from resolvers.workflow.parties import PartyMutation, PartyQuery
from resolvers.workflow.sheets import SheetMutation, SheetQuery
from resolvers.workflow.standing import StandingQuery
from resolvers.workflow.usage import UsageQuery
from schema.build import WorkflowRoots


@strawberry.type
class Query(
    StandingQuery,
    CaseQuery,
    CollectionQuery,
    ExplainQuery,
    MyRightsQuery,
    CatalogueQuery,
    GrantQuery,
    OperationQuery,
    UsageQuery,
    PartyQuery,
    EntrustmentQuery,
    CatalogueLifeQuery,
    ApplicationQuery,
    TemplateQuery,
    CalendarQuery,
    NoticeQuery,
    SheetQuery,
    DoubtQuery,
    AccessQuery,
    MatterQuery,
):
    """Beside the data fields."""


@strawberry.type(description="办理 · what may be done.")
class Mutation(
    CaseMutation,
    CollectionMutation,
    GrantMutation,
    OperationMutation,
    PartyMutation,
    DepartmentEndMutation,
    OfficerMutation,
    EntrustmentMutation,
    CatalogueLifeMutation,
    ApplicationDraftMutation,
    ApplicationAnswerMutation,
    ApplicationTalksMutation,
    TemplateMutation,
    CalendarMutation,
    NoticeMutation,
    SheetMutation,
    DoubtReportMutation,
    DoubtStepMutation,
    MatterMutation,
):
    """Steps that change something; each is in the ledger before it is done."""


ROOTS = WorkflowRoots(query=Query, mutation=Mutation, composed=MaterialQuery)
"""What `build_schema` is handed."""
