"""Lists come in pages."""

from __future__ import annotations

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """`?page=` and `?page_size=`, 50 rows when not said, at most 500."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500
