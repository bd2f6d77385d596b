"""All tables. Import the names from here; a table's file is its own business."""

from app.models.actions import ActionStep, Box
from app.models.base import IllegalTransitionError, Row
from app.models.calls import PhoneCall
from app.models.consignments import Consignment
from app.models.doors import Door
from app.models.factors import Factor, FactorTrial, RecoveryCode, TrustedDevice
from app.models.figures import Equipped, FamilyValue
from app.models.finding import SavedView, SearchWord
from app.models.following import ActionNews, Follower
from app.models.kept import KeptForm
from app.models.listings import Listing
from app.models.lookups import DataRequest as DataRequest
from app.models.lookups import Lookup as Lookup
from app.models.matches import (
    Decision,
    Earmark,
    Handover,
    HandoverSlot,
    Match,
    PlanRun,
    WeightsChoice,
    WeightsVersion,
)
from app.models.naming import FormerSlug
from app.models.needs import Action, Need
from app.models.notes import Note
from app.models.offers import Donor, Offer, OfferedItem, Photo
from app.models.organisations import Account, Committee, Membership, Organisation
from app.models.preferences import DigestTurn, Preference
from app.models.presence import Presence
from app.models.programs import (
    ApiAnswer,
    ApiCall,
    ApiOffered,
    ApiToken,
    DryRun,
    HookDelivery,
    PublishedOffer,
    Webhook,
)
from app.models.receipts import Receipt
from app.models.reuse import ReuseImport, ReusePlace
from app.models.rooms import ComputerRoom
from app.models.rounds import Round, RoundStop
from app.models.sessions import AccountSession, KnownDevice, PasswordRequest, RefusedSignIn, SignInWait
from app.models.system import HealthAlarm, HealthLook, RateCounter
from app.models.teaching import Alias, ChancesVersion, Unlearned
from app.models.visits import Visits
from notifications.models import JobRun, OutboxMessage, RefusedAddress
