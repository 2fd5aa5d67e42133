"""The addresses of the page of staff."""

from __future__ import annotations

from django.urls import path

from scheduling.me import views

app_name = "me"
urlpatterns = [
    path("", views.home, name="home"),
    path("shifts/<int:pk>/offer/", views.offer, name="offer"),
    path("shifts/<int:pk>/take-over/", views.take_over, name="take_over"),
    path("swaps/<int:pk>/accept/", views.accept, name="accept"),
    path("swaps/<int:pk>/decline/", views.decline, name="decline"),
    path("swaps/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("time-off/", views.add_time_off, name="time_off"),
    path("time-off/<int:pk>/delete/", views.delete_time_off, name="delete_time_off"),
    path("calendar/", views.calendar, name="calendar"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
