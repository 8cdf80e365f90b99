def test_a_page_that_is_not_there_is_answered_in_our_own_design(client, db):
    response = client.get("/nowhere")

    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()
