"""The addresses: every slice that has a `urls` module is included under the prefix it names."""

from django.urls import include, path

from decisions.guards.slices import slices

urlpatterns = [
    path("accounts/", include("decisions.people.account_urls")),
    *(path(part.prefix, include(part.__name__)) for part in slices()),
]

handler400 = "decisions.guards.views.bad_request"
handler403 = "decisions.guards.views.denied"
handler404 = "decisions.guards.views.not_found"
handler500 = "decisions.guards.views.server_error"
