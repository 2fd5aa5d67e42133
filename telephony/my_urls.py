"""The addresses of the page of staff for calls."""

from __future__ import annotations

from django.urls import path

from telephony import my_calls

app_name = "my-calls"
urlpatterns = [
    path("", my_calls.calls, name="list"),
    path("<int:pk>/", my_calls.call, name="call"),
    path("<int:pk>/call-back/", my_calls.call_back, name="call_back"),
]
