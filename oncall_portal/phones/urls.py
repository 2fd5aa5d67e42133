"""Addresses of the desk phones."""

from __future__ import annotations

from django.urls import path

from oncall_portal.phones import views

app_name = "phones"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("state", views.state, name="state"),
    path("calls", views.place_call, name="calls"),
    path("calls/<slug:call_id>", views.on_call, name="call"),
    path("staff/<slug:number>", views.on_phone, name="phone"),
]
